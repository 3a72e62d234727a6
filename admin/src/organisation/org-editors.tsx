import { App, ColorPicker, Form, Input, Modal, Select, Switch } from 'antd'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { useBrandId, useMe } from '../app/me.ts'
import { t } from '../i18n.ts'
import { type Brand, type Store, storeKindName } from './stores-page.tsx'

const codeRule = { pattern: /^[A-Za-z0-9_-]{1,32}$/, message: t('字母、数字、- 和 _，最多 32 位', 'Letters, digits, - and _') }

type StoreFields = {
  brandId: number
  name: string
  code: string
  kind: Store['kind']
  city: string
  address: string
  phone: string
}

export function StoreEditor({ store, onClose }: { store: Store | null; onClose: () => void }) {
  const { message } = App.useApp()
  const { brands } = useMe()
  const brandHere = useBrandId()
  const [form] = Form.useForm<StoreFields>()
  const create = useCommand('stores.create', { refreshes: ['stores.', 'auth.me'] })
  const update = useCommand('stores.update', { refreshes: ['stores.', 'auth.me'] })
  const submit = async () => {
    const { brandId, code, ...rest } = await form.validateFields()
    try {
      if (store) await update.mutateAsync({ storeId: store.id, ...rest })
      else await create.mutateAsync({ brandId, code, ...rest })
      message.success(t('已保存', 'Saved'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={store ? t('修改门店', 'Edit the store') : t('新建门店', 'New store')}
      okText={t('保存', 'Save')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={create.isPending || update.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={store ?? { brandId: brandHere ?? brands[0]?.id, kind: 'direct', city: '', address: '', phone: '' }}
      >
        <Form.Item name="brandId" label={t('品牌', 'Brand')} rules={[{ required: true, message: t('请选择品牌', 'Required') }]}>
          <Select disabled={Boolean(store)} options={brands.map(brand => ({ value: brand.id, label: brand.name }))} />
        </Form.Item>
        <Form.Item name="name" label={t('名称', 'Name')} rules={[{ required: true, message: t('请填写名称', 'Required') }]}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item
          name="code"
          label={t('编码', 'Code')}
          rules={[{ required: true, message: t('请填写编码', 'Required') }, codeRule]}
          extra={t('导入和对接时用它认门店，建好后不能改', 'Imports know the store by it; fixed once made')}
        >
          <Input disabled={Boolean(store)} />
        </Form.Item>
        <Form.Item name="kind" label={t('类型', 'Kind')}>
          <Select options={(['direct', 'dealer', 'online'] as const).map(value => ({ value, label: storeKindName(value) }))} />
        </Form.Item>
        <Form.Item name="city" label={t('城市', 'City')}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="address" label={t('地址', 'Address')}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="phone" label={t('电话', 'Phone')}>
          <Input maxLength={32} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

type BrandFields = { name: string; code: string; color: string; isActive: boolean }

export function BrandEditor({ brand, onClose }: { brand: Brand | null; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<BrandFields>()
  const create = useCommand('brands.create', { refreshes: ['brands.', 'auth.me'] })
  const update = useCommand('brands.update', { refreshes: ['brands.', 'auth.me'] })
  const submit = async () => {
    const { code, isActive, ...rest } = await form.validateFields()
    try {
      if (brand) await update.mutateAsync({ brandId: brand.id, isActive, ...rest })
      else await create.mutateAsync({ code, ...rest })
      message.success(t('已保存', 'Saved'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={brand ? t('修改品牌', 'Edit the brand') : t('新建品牌', 'New brand')}
      okText={t('保存', 'Save')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={create.isPending || update.isPending}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={brand ?? { color: '#1F7A4D', isActive: true }}>
        <Form.Item name="name" label={t('名称', 'Name')} rules={[{ required: true, message: t('请填写名称', 'Required') }]}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item
          name="code"
          label={t('编码', 'Code')}
          rules={[{ required: true, message: t('请填写编码', 'Required') }, codeRule]}
        >
          <Input disabled={Boolean(brand)} />
        </Form.Item>
        <Form.Item
          name="color"
          label={t('品牌色', 'Colour')}
          extra={t('小程序用它做主色', 'The mini program uses it')}
          getValueFromEvent={color => color.toHexString().slice(0, 7)}
        >
          <ColorPicker disabledAlpha showText />
        </Form.Item>
        {brand && (
          <Form.Item name="isActive" label={t('启用', 'Active')} valuePropName="checked">
            <Switch />
          </Form.Item>
        )}
      </Form>
    </Modal>
  )
}
