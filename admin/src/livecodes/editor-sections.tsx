import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { AutoComplete, Button, Form, Input, Segmented, Select, Switch, TimePicker } from 'antd'
import dayjs from 'dayjs'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { FenInput, InstantRange } from '../parts/fields.tsx'
import { Panel } from '../parts/page.tsx'
import { StaffsPicker, StorePicker, TagsPicker } from '../parts/pickers.tsx'
import { type kindName, weekdayName } from './words.tsx'

export function BasicsSection({ isNew, isMany }: { isNew: boolean; isMany: boolean }) {
  const list = useCall('livecodes.list', { pageSize: 1 }, { staleTime: 60_000 })
  return (
    <Panel title={t('基本', 'Basics')}>
      <Form.Item name="kind" label={t('扫了之后', 'When scanned')}>
        <Segmented
          disabled={!isNew}
          options={(['wecom', 'miniProgram', 'officialAccount'] as const).map(value => ({
            value,
            label:
              value === 'wecom'
                ? t('加企业微信员工', 'Adds staff on WeCom')
                : value === 'miniProgram'
                  ? t('打开小程序', 'Opens the mini program')
                  : t('关注服务号', 'Follows the account'),
          }))}
        />
      </Form.Item>
      <div className="by-grid" style={{ gap: '0 16px' }}>
        <div className="span-6">
          <Form.Item
            name="name"
            label={isMany ? t('名称前缀', 'Prefix of the names') : t('名称', 'Name')}
            rules={[{ required: true, message: t('请给活码起个名字', 'Give it a name') }]}
            extra={isMany ? t('后面会自动加上员工、门店或序号', 'Staff, store or a number is added') : undefined}
          >
            <Input maxLength={40} showCount placeholder={t('例如：静里店收银台台卡', 'For example: till card, Jingli store')} />
          </Form.Item>
        </div>
        <div className="span-6">
          <Form.Item name="channel" label={t('渠道', 'Channel')} extra={t('报表按这个词汇总', 'The report sums by this word')}>
            <AutoComplete
              maxLength={30}
              placeholder={t('收银台台卡、包裹卡、员工工牌…', 'Till card, parcel card, staff badge…')}
              options={(list.data?.channels ?? []).map(value => ({ value }))}
              showSearch={{ filterOption: true }}
            />
          </Form.Item>
        </div>
        {!isMany && (
          <div className="span-6">
            <Form.Item name="storeId" label={t('门店', 'Store')}>
              <StorePicker placeholder={t('不属于任何门店', 'No store')} />
            </Form.Item>
          </div>
        )}
        <div className="span-6">
          <Form.Item name="costFen" label={t('投放成本', 'Cost')} extra={t('用来算每个入会花了多少钱', 'For the cost per join')}>
            <FenInput />
          </Form.Item>
        </div>
      </div>
      <Form.Item
        name="valid"
        label={t('有效时间', 'Valid')}
        extra={t('留空一直有效；过期后扫码会提示活动已结束', 'Always, when empty; later scans say that it has ended')}
        style={{ marginBottom: 0 }}
      >
        <InstantRange />
      </Form.Item>
    </Panel>
  )
}

export function ReceiveSection({ isMany }: { isMany: boolean }) {
  const form = Form.useFormInstance()
  const by = Form.useWatch('by', form)
  const storeId = Form.useWatch('storeId', form) as number | null | undefined
  const isPerStaff = isMany && by === 'staff'
  return (
    <Panel title={t('谁来接待', 'Who receives')}>
      {!isPerStaff && (
        <Form.Item
          name="staffIds"
          label={t('接待员工', 'Staff')}
          extra={t('轮流接待；满员、不在岗或当天加满的会自动跳过', 'In turn; those at a cap or off duty are skipped')}
          rules={
            isMany ? [] : [{ required: true, type: 'array', min: 1, message: t('请至少选择一位员工', 'Choose at least one') }]
          }
        >
          <StaffsPicker
            storeId={storeId}
            placeholder={isMany ? t('留空用该门店全部员工', 'All staff of the store when empty') : undefined}
          />
        </Form.Item>
      )}
      <Form.Item
        name="backupStaffIds"
        label={t('备用员工', 'Backup')}
        extra={t('上面的人都不能接待时，由他们顶上', 'They step in when nobody above can')}
      >
        <StaffsPicker />
      </Form.Item>
      <Form.List name="shifts">
        {(fields, { add, remove }) => (
          <Form.Item
            label={t('排班（可选）', 'Shifts (optional)')}
            extra={
              fields.length > 0 ? t('不在任何班次时，由接待员工接待', 'Outside every shift the staff above receive') : undefined
            }
          >
            <div className="by-stack-s">
              {fields.map(field => (
                <div key={field.key} className="by-row by-wrap" style={{ alignItems: 'flex-start' }}>
                  <Form.Item
                    name={[field.name, 'weekdays']}
                    noStyle
                    rules={[{ required: true, message: t('选择星期', 'Weekdays') }]}
                  >
                    <Select
                      mode="multiple"
                      style={{ width: 180 }}
                      placeholder={t('星期', 'Weekdays')}
                      maxTagCount="responsive"
                      options={[1, 2, 3, 4, 5, 6, 7].map(value => ({ value, label: `${t('周', '')}${weekdayName(value)}` }))}
                    />
                  </Form.Item>
                  <Clock name={[field.name, 'from']} />
                  <Clock name={[field.name, 'to']} />
                  <div style={{ flex: 1, minWidth: 180 }}>
                    <Form.Item
                      name={[field.name, 'staffIds']}
                      noStyle
                      rules={[{ required: true, message: t('选择员工', 'Staff') }]}
                    >
                      <StaffsPicker storeId={storeId} />
                    </Form.Item>
                  </div>
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    onClick={() => remove(field.name)}
                    aria-label={t('删除班次', 'Remove the shift')}
                  />
                </div>
              ))}
              <div>
                <Button
                  size="small"
                  icon={<PlusOutlined />}
                  onClick={() => add({ weekdays: [1, 2, 3, 4, 5], from: '10:00', to: '18:00', staffIds: [] })}
                >
                  {t('加一个班次', 'Add a shift')}
                </Button>
              </div>
            </div>
          </Form.Item>
        )}
      </Form.List>
      <div className="by-row by-wrap" style={{ gap: 32 }}>
        <Toggle name="isVerifySkipped" label={t('无需员工通过，扫码即为好友', 'No approval: friends at once')} />
        <Toggle name="isExclusive" label={t('同一客户只能加一位员工', 'One staff member per customer')} />
      </div>
    </Panel>
  )
}

function Clock({ name }: { name: (string | number)[] }) {
  return (
    <Form.Item
      name={name}
      noStyle
      getValueProps={(value?: string) => ({ value: value ? dayjs(value, 'HH:mm') : null })}
      getValueFromEvent={(at: dayjs.Dayjs | null) => at?.format('HH:mm')}
      rules={[{ required: true, message: t('选择时间', 'Time') }]}
    >
      <TimePicker format="HH:mm" minuteStep={15} style={{ width: 96 }} needConfirm={false} />
    </Form.Item>
  )
}

function Toggle({ name, label }: { name: string; label: string }) {
  return (
    <span className="by-row" style={{ marginBottom: 8 }}>
      <Form.Item name={name} valuePropName="checked" noStyle>
        <Switch size="small" />
      </Form.Item>
      <label htmlFor={name}>{label}</label>
    </span>
  )
}

export function CustomerSection({ kind }: { kind: Parameters<typeof kindName>[0] }) {
  const corpTags = useCall('contacts.corpTags', {}, { enabled: kind === 'wecom', staleTime: 60_000, retry: false })
  return (
    <Panel title={t('给客户打上', 'Put on the customer')}>
      <Form.Item name="tagIds" label={t('标签', 'Tags')} style={kind === 'wecom' ? undefined : { marginBottom: 0 }}>
        <TagsPicker />
      </Form.Item>
      {kind === 'wecom' && (
        <>
          <Form.Item name="wecomTagIds" label={t('企业微信标签', 'WeCom corp tags')}>
            <Select
              mode="multiple"
              allowClear
              placeholder={t('选择企业标签', 'Choose corp tags')}
              notFoundContent={
                corpTags.error ? t('没有读到企业标签，请检查企业微信连接', 'No corp tags: check the WeCom connection') : undefined
              }
              showSearch={{ optionFilterProp: 'label' }}
              options={(corpTags.data ?? []).map(group => ({
                label: group.name,
                title: group.name,
                options: group.tags.map(tag => ({ value: tag.id, label: tag.name })),
              }))}
            />
          </Form.Item>
          <Form.Item
            name="remark"
            label={t('备注前缀', 'Remark')}
            extra={t(
              '加在客户昵称前面，企业微信总共只允许 20 个字；可用 {{ store }} {{ code }}',
              'Put before the nickname; WeCom allows 20 characters in all',
            )}
            style={{ marginBottom: 0 }}
          >
            <Input maxLength={60} placeholder="{{ store }}-" style={{ maxWidth: 320 }} />
          </Form.Item>
        </>
      )}
    </Panel>
  )
}
