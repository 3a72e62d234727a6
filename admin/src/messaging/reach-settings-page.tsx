import { App, Button, Form, InputNumber, TimePicker } from 'antd'
import dayjs from 'dayjs'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'

export function ReachSettingsPage() {
  const settings = useCall('reachSettings.get', {})
  return (
    <Page
      title={t('频控与免打扰', 'Caps and quiet hours')}
      text={t('每一条消息发出前都要过这道门；重要的服务通知有自己的依据。', 'Every message passes this gate before it leaves.')}
    >
      <Loaded of={settings}>{data => <SettingsForm settings={data} />}</Loaded>
    </Page>
  )
}

function SettingsForm({ settings }: { settings: Output<'reachSettings.get'> }) {
  const { message } = App.useApp()
  const may = useMay()
  const [form] = Form.useForm()
  const update = useCommand('reachSettings.update')
  const save = async (fields: Output<'reachSettings.get'>) => {
    try {
      await update.mutateAsync(fields)
      message.success(t('已保存，立即生效', 'Saved; it holds at once'))
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  const clock = {
    getValueProps: (value?: string) => ({ value: value ? dayjs(value, 'HH:mm') : null }),
    getValueFromEvent: (at: dayjs.Dayjs | null) => at?.format('HH:mm') ?? '00:00',
  }
  const times = (
    <>
      <Form.Item name="quietFrom" noStyle {...clock}>
        <TimePicker
          format="HH:mm"
          minuteStep={15}
          needConfirm={false}
          allowClear={false}
          style={{ width: 100 }}
          aria-label={t('开始', 'From')}
        />
      </Form.Item>
      <span>{t('到次日', 'to')}</span>
      <Form.Item name="quietTo" noStyle {...clock}>
        <TimePicker
          format="HH:mm"
          minuteStep={15}
          needConfirm={false}
          allowClear={false}
          style={{ width: 100 }}
          aria-label={t('结束', 'To')}
        />
      </Form.Item>
    </>
  )
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={settings}
      onFinish={save}
      disabled={!may('reachSettings.update')}
      style={{ maxWidth: 720 }}
    >
      <div className="by-stack">
        <Panel title={t('频控', 'Caps')}>
          <div className="by-row by-wrap">
            {t('每位客户每天最多', 'Per person at most')}
            <Form.Item name="capPerDay" noStyle>
              <InputNumber min={0} max={50} precision={0} style={{ width: 80 }} aria-label={t('每天', 'Per day')} />
            </Form.Item>
            {t('条，每 7 天最多', 'a day and')}
            <Form.Item name="capPerWeek" noStyle>
              <InputNumber min={0} max={100} precision={0} style={{ width: 80 }} aria-label={t('每周', 'Per week')} />
            </Form.Item>
            {t('条营销消息', 'a week, of marketing')}
          </div>
          <p className="by-small by-soft" style={{ marginTop: 8 }}>
            {t('所有群发合在一起算；0 为不限。', 'Over all campaigns; 0 means no limit.')}
          </p>
        </Panel>
        <Panel title={t('免打扰', 'Quiet hours')}>
          <div className="by-row by-wrap">{times}</div>
          <p className="by-small by-soft" style={{ marginTop: 8 }}>
            {t(
              '按品牌所在时区；两个时间相同为不设。营销和催缴在此时段不发送，服务和安全通知照常。',
              'In the brand’s zone; equal times mean none. Holds marketing and dunning, not service or safety.',
            )}
          </p>
        </Panel>
        <Panel title={t('大批量发送', 'Large sends')}>
          <div className="by-row by-wrap">
            {t('达到', 'From')}
            <Form.Item name="largeSendMin" noStyle>
              <InputNumber min={1} max={10_000_000} precision={0} style={{ width: 120 }} aria-label={t('人数', 'People')} />
            </Form.Item>
            {t('人时，先等', 'people on, wait')}
            <Form.Item name="holdSeconds" noStyle>
              <InputNumber min={0} max={3600} precision={0} style={{ width: 90 }} aria-label={t('秒', 'Seconds')} />
            </Form.Item>
            {t('秒再发，期间可以撤销', 'seconds, with an undo')}
          </div>
        </Panel>
        {may('reachSettings.update') && (
          <div>
            <Button type="primary" htmlType="submit" loading={update.isPending}>
              {t('保存', 'Save')}
            </Button>
          </div>
        )}
      </div>
    </Form>
  )
}
