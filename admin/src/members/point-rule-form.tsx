import { App, Button, DatePicker, Form, InputNumber, Radio, Select } from 'antd'
import dayjs from 'dayjs'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { FenInput } from '../parts/fields.tsx'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { windowName } from './tiers-panel.tsx'

type Rule = Output<'pointRules.get'>

export function PointRuleForm({ brandId }: { brandId: number }) {
  const rule = useCall('pointRules.get', { brandId })
  return <Loaded of={rule}>{data => <RuleForm rule={data} brandId={brandId} />}</Loaded>
}

function RuleForm({ rule, brandId }: { rule: Rule; brandId: number }) {
  const { message } = App.useApp()
  const may = useMay()
  const [form] = Form.useForm<Rule>()
  const update = useCommand('pointRules.update', { refreshes: ['pointRules.', 'tiers.'] })
  const expiry = Form.useWatch('expiry', form) ?? rule.expiry
  const policy = Form.useWatch('clawbackPolicy', form) ?? rule.clawbackPolicy
  const save = async () => {
    const fields = await form.validateFields()
    try {
      const days = {
        none: {},
        fixedDate: { day: fields.expiry.kind === 'fixedDate' ? fields.expiry.day : undefined },
        afterDays: pick(fields.expiry, 'days', 365),
        afterMonths: pick(fields.expiry, 'months', 12),
        yearEnd: pick(fields.expiry, 'years', 1),
      }
      await update.mutateAsync({
        ...fields,
        expiry: { kind: fields.expiry.kind, ...days[fields.expiry.kind] } as Rule['expiry'],
        brandId,
      })
      message.success(t('已保存，对以后的积分生效', 'Saved; it holds for points from now on'))
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  const inline = { noStyle: true } as const
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={rule}
      disabled={!may('pointRules.update')}
      style={{ maxWidth: 820 }}
    >
      <div className="by-stack">
        <Panel title={t('怎么得', 'Earning')}>
          <div className="by-stack-s">
            <Sentence>
              {t('每消费', 'One point per')}
              <Form.Item name="fenPerPointEarned" {...inline}>
                <FenInput style={{ width: 110 }} />
              </Form.Item>
              {t('得 1 分（填 0 购物不得积分）', 'spent (0: purchases earn nothing)')}
            </Sentence>
            <Sentence>
              {t('入会送', 'Joining gives')}
              <Num name="joinPoints" max={100_000} />
              {t('分', 'points')}
            </Sentence>
            <Sentence>
              {t('购物积分等', 'Points of a purchase wait')}
              <Num name="pendingDays" max={180} />
              {t('天（退货期）后才能用', 'days, the return window')}
            </Sentence>
          </div>
        </Panel>
        <Panel title={t('怎么花', 'Spending')}>
          <div className="by-stack-s">
            <Sentence>
              {t('1 分抵', 'One point is worth')}
              <Form.Item name="fenPerPointSpent" {...inline}>
                <FenInput style={{ width: 110 }} />
              </Form.Item>
              {t('（填 0 不能抵现）', '(0: points cannot pay)')}
            </Sentence>
            <Sentence>
              {t('单笔订单最多抵', 'At most')}
              <Num name="spendPercentMax" max={100} />%{t('', 'of an order')}
            </Sentence>
          </div>
        </Panel>
        <Panel title={t('什么时候过期', 'Expiry')}>
          <Sentence>
            <Form.Item name={['expiry', 'kind']} {...inline}>
              <Select
                style={{ width: 210 }}
                options={[
                  { value: 'none', label: t('永不过期', 'Never') },
                  { value: 'afterMonths', label: t('获得后若干个月', 'Months after earning') },
                  { value: 'afterDays', label: t('获得后若干天', 'Days after earning') },
                  { value: 'yearEnd', label: t('若干年后的年底', 'End of a later year') },
                  { value: 'fixedDate', label: t('固定日期', 'A fixed date') },
                ]}
              />
            </Form.Item>
            {expiry.kind === 'afterMonths' && <Num name={['expiry', 'months']} max={120} min={1} suffix={t('个月', 'months')} />}
            {expiry.kind === 'afterDays' && <Num name={['expiry', 'days']} max={3650} min={1} suffix={t('天', 'days')} />}
            {expiry.kind === 'yearEnd' && <Num name={['expiry', 'years']} max={10} suffix={t('年后', 'years')} />}
            {expiry.kind === 'fixedDate' && (
              <Form.Item
                name={['expiry', 'day']}
                {...inline}
                rules={[{ required: true, message: t('请选择日期', 'Required') }]}
                getValueProps={(value?: string) => ({ value: value ? dayjs(value) : null })}
                getValueFromEvent={(day: dayjs.Dayjs | null) => day?.format('YYYY-MM-DD')}
              >
                <DatePicker />
              </Form.Item>
            )}
          </Sentence>
          <p className="by-small by-soft" style={{ marginTop: 8 }}>
            {t('最后一天算整天；月份按月末取齐。', 'The last day counts whole; months clamp to the month’s end.')}
          </p>
        </Panel>
        <Panel title={t('退款时', 'On a refund')}>
          <Form.Item name="clawbackPolicy" style={{ marginBottom: 8 }}>
            <Radio.Group
              style={{ display: 'grid', gap: 6 }}
              options={[
                { value: 'only_pending', label: t('只扣还没生效的积分', 'Take back pending points only') },
                { value: 'within_balance', label: t('从余额里扣，扣到 0 为止', 'Take back within the balance') },
                { value: 'unlimited', label: t('扣不够的记为欠积分，以后抵扣', 'The rest becomes a debt') },
              ]}
            />
          </Form.Item>
          {policy === 'unlimited' && (
            <Sentence>
              {t('最多欠', 'A debt of at most')}
              <Num name="debtMax" max={1_000_000} />
              {t('分', 'points')}
            </Sentence>
          )}
          <Sentence>
            {t('退回的积分若已过期，再给', 'Returned points that had expired live')}
            <Num name="returnGraceDays" max={365} />
            {t('天（填 0 不退）', 'more days (0: they are lost)')}
          </Sentence>
        </Panel>
        <Panel title={t('怎么评等级', 'How tiers are judged')}>
          <div className="by-row by-wrap" style={{ gap: 16, alignItems: 'flex-end' }}>
            <Form.Item name="tierBasis" label={t('依据', 'By')} style={{ marginBottom: 0 }}>
              <Select
                style={{ width: 150 }}
                options={[
                  { value: 'spent', label: t('消费金额', 'Money spent') },
                  { value: 'earned', label: t('获得的积分', 'Points earned') },
                ]}
              />
            </Form.Item>
            <Form.Item name="tierWindow" label={t('窗口', 'Window')} style={{ marginBottom: 0 }}>
              <Select
                style={{ width: 160 }}
                options={(['rolling12Months', 'calendarYear', 'anniversary', 'lifetime'] as const).map(value => ({
                  value,
                  label: windowName(value),
                }))}
              />
            </Form.Item>
            <Form.Item name="tierDrop" label={t('任期结束未达标', 'At the end of a term')} style={{ marginBottom: 0 }}>
              <Select
                style={{ width: 170 }}
                options={[
                  { value: 'toEarned', label: t('降到应得的等级', 'To what was earned') },
                  { value: 'oneStep', label: t('每次只降一级', 'One step') },
                ]}
              />
            </Form.Item>
          </div>
        </Panel>
        {may('pointRules.update') && (
          <div className="by-editor-save">
            <span className="by-small by-soft">{t('已经发出的积分不受影响', 'Points already given keep their dates')}</span>
            <Button type="primary" onClick={save} loading={update.isPending}>
              {t('保存', 'Save')}
            </Button>
          </div>
        )}
      </div>
    </Form>
  )
}

const Sentence = ({ children }: { children: React.ReactNode }) => <div className="by-row by-wrap">{children}</div>

function Num({ name, max, min = 0, suffix }: { name: string | string[]; max: number; min?: number; suffix?: string }) {
  return (
    <>
      <Form.Item name={name} noStyle rules={[{ required: true, message: t('请填写', 'Required') }]}>
        <InputNumber min={min} max={max} precision={0} style={{ width: 96 }} />
      </Form.Item>
      {suffix}
    </>
  )
}

const pick = (expiry: object, key: string, fallback: number) => ({
  [key]: (expiry as Record<string, number | undefined>)[key] ?? fallback,
})
