import { App, Form, Input, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Loaded } from '../parts/states.tsx'
import { DIRECTIONS, directionHint, directionName } from './mirror-words.ts'

type Tag = Output<'tags.get'>
type Corps = Output<'corpTags.catalogue'>
type Values = {
  corpId: string
  value?: string
  direction: (typeof DIRECTIONS)[number]
  how: 'new' | 'there'
  corpTagId?: string
  groupName?: string
  name: string
}

/** Chooses the corp tag, a new one or one that is there, and who follows whom. */
export function MirrorDialog({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const catalogue = useCall('corpTags.catalogue', {}, { staleTime: 0 })
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const mirror = useCommand('corpTags.mirror')
  const isByRule = tag.kind !== 'manual'

  async function save(values: Values) {
    const { corpId, value, direction, how, corpTagId, groupName, name } = values
    const group = catalogue.data?.find(one => one.corpId === corpId)?.groups.find(one => one.name === groupName)
    const into = group ? { groupId: group.groupId } : { groupName: groupName ?? '' }
    const which = how === 'there' ? { corpTagId } : { newTag: { ...into, name } }
    try {
      await mirror.mutateAsync({ tagId: tag.id, corpId, direction, ...which, ...(value === undefined ? {} : { value }) })
      message.success(t('已开始同步，正在比对所有人', 'Mirroring; everybody is being compared'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }

  return (
    <Modal
      open
      title={t(`把「${tag.name}」与企业微信同步`, `Mirror ${tag.name} with WeCom`)}
      okText={t('开始同步', 'Start')}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ disabled: !catalogue.data?.length }}
      confirmLoading={mirror.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Loaded of={catalogue}>
        {corps =>
          corps.length === 0 ? (
            <p>
              {t('还没有连接企业微信，请先到「设置 - 连接」里填写。', 'WeCom is not connected yet: see Settings, Connections.')}
            </p>
          ) : (
            <Form
              form={form}
              layout="vertical"
              requiredMark={false}
              onFinish={save}
              initialValues={{
                corpId: corps[0]?.corpId,
                direction: isByRule ? 'out' : 'both',
                how: 'new',
                groupName: tag.groupName || undefined,
                name: tag.name,
              }}
            >
              <Fields tag={tag} corps={corps} isByRule={isByRule} />
            </Form>
          )
        }
      </Loaded>
    </Modal>
  )
}

function Fields({ tag, corps, isByRule }: { tag: Tag; corps: Corps; isByRule: boolean }) {
  const form = Form.useFormInstance<Values>()
  const { how, direction, corpId } = (Form.useWatch([], form) ?? {}) as Partial<Values>
  const [typed, setTyped] = useState('')
  const groups = corps.find(one => one.corpId === corpId)?.groups ?? []
  const missing = [{ required: true, message: t('请填写', 'Needed') }]
  const groupNames = [...new Set([...groups.map(one => one.name), ...(typed.trim() ? [typed.trim()] : [])])]
  return (
    <>
      {corps.length > 1 && (
        <Form.Item name="corpId" label={t('企业', 'Corp')} rules={missing}>
          <Select options={corps.map(one => ({ value: one.corpId, label: one.corpName }))} />
        </Form.Item>
      )}
      {corps.length === 1 && <Form.Item name="corpId" hidden />}
      {tag.valueKind !== 'plain' && (
        <Form.Item
          name="value"
          label={t('哪个值', 'Which value')}
          extra={t('每个值对应一个企业标签', 'Each value has a corp tag of its own')}
          rules={missing}
        >
          {tag.valueKind === 'choice' ? (
            <Select
              options={tag.choices.map(value => ({ value, label: value }))}
              onChange={value => form.setFieldValue('name', value)}
            />
          ) : (
            <Input maxLength={100} />
          )}
        </Form.Item>
      )}
      <Form.Item name="how" label={t('企业标签', 'Corp tag')}>
        <Radio.Group
          options={[
            { value: 'new', label: t('新建一个', 'A new one') },
            { value: 'there', label: t('选已有的', 'One that is there') },
          ]}
        />
      </Form.Item>
      {how === 'there' ? (
        <Form.Item
          name="corpTagId"
          rules={missing}
          extra={t(
            '外部创建的标签不能在这里改名或删除，但可以给客户打上、取下。',
            'A tag that others made cannot be renamed or deleted from here, but can be put on customers.',
          )}
        >
          <Select
            aria-label={t('选择企业标签', 'Choose a corp tag')}
            placeholder={t('选择企业标签', 'Choose a corp tag')}
            showSearch={{ optionFilterProp: 'label' }}
            options={groups.map(group => ({
              label: group.name,
              title: group.name,
              options: group.tags.map(one => ({
                value: one.corpTagId,
                disabled: one.mirrors.length > 0,
                label: `${one.name}${one.isOurs ? '' : t('（外部创建）', ' (foreign)')}`,
              })),
            }))}
          />
        </Form.Item>
      ) : (
        <>
          <Form.Item name="groupName" label={t('标签组', 'Group')} rules={missing}>
            <Select
              placeholder={t('选一个，或输入新的组名', 'Choose one, or type a new name')}
              showSearch={{ onSearch: text => setTyped(text.slice(0, 30)) }}
              options={groupNames.map(value => ({ value, label: value }))}
            />
          </Form.Item>
          <Form.Item name="name" label={t('标签名', 'Name')} rules={missing}>
            <Input maxLength={30} showCount />
          </Form.Item>
        </>
      )}
      <Form.Item
        name="direction"
        label={t('方向', 'Direction')}
        extra={
          isByRule
            ? t('由规则维护的标签只能同步到企业微信。', 'A tag that a rule keeps goes to WeCom only.')
            : direction && directionHint(direction)
        }
      >
        <Radio.Group disabled={isByRule} options={DIRECTIONS.map(value => ({ value, label: directionName(value) }))} />
      </Form.Item>
    </>
  )
}
