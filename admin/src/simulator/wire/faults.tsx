import { CloseOutlined, DownOutlined } from '@ant-design/icons'
import type { Words } from '@banyan/shared'
import { App, Button, Dropdown, InputNumber, Select, Tag } from 'antd'
import { useState } from 'react'
import { t } from '../../i18n.ts'
import { useAct, type World } from '../calls.ts'

const explained: Record<string, Words> = {
  slow: [
    '应答前等一会儿。超过客户端的时限，产品应当重试或标为未知，而不是重复执行。',
    'Waits before it answers. Past the client’s time the product should retry or mark it unknown, not do it twice.',
  ],
  busy: ['返回 -1 (支付为 500)。产品应稍后重试。', 'Answers -1 (Pay: 500). The product should try later.'],
  quota: ['返回 45009。产品应退避，不能一直撞。', 'Answers 45009. The product should back off.'],
  concurrency: ['返回 45033。列表接口应排队。', 'Answers 45033. List calls should queue.'],
  conflict: [
    '返回 6000，两处同时改了同一份数据。应重试。',
    'Answers 6000: two changed the same thing at once. Should try again.',
  ],
  tokenExpired: [
    '令牌当场作废并返回 42001。产品应只刷新一次再重试。',
    'The token dies at once with 42001. The product should renew it once and retry.',
  ],
  tokenInvalid: ['令牌当场作废并返回 40014。', 'The token dies at once with 40014.'],
  ipRefused: [
    '返回 40164 / 60020。连接检查页应指出要加哪个 IP。',
    'Answers 40164 / 60020. The connection check should name the IP to add.',
  ],
  serverError: ['返回 HTTP 500 的网页。', 'Answers with a page, HTTP 500.'],
  disconnect: ['不处理，直接断开。', 'Does nothing and hangs up.'],
  lostAnswer: [
    '已经处理，但应答丢了: 最危险的一种，产品要靠查询或幂等号弄清结果。',
    'Done, but the answer is lost: the worst of all. A query or an idempotency number has to tell.',
  ],
  badAnswerSignature: ['支付应答的签名是错的，产品必须拒收。', 'Pay’s answer is signed wrongly; the product must refuse it.'],
  templateFails: ['模板消息回执为 failed: system failed。', 'The receipt of a template message says failed: system failed.'],
  duplicate: ['同一回调推两次，产品只能处理一次。', 'The same callback twice; the product may act once.'],
  drop: ['回调丢失，要靠每晚对账或主动查询找回。', 'The callback is lost; the nightly reconcile or a query must find it.'],
  reorder: ['让后一件事先到。', 'The later thing arrives first.'],
  late: ['回调迟到，欢迎语的 20 秒已过。', 'The callback is late; the 20 seconds of the welcome are over.'],
  sameSecond: [
    '两件不同的事 CreateTime 相同，去重键太粗就会丢客户。',
    'Two things with the same CreateTime: a coarse key would lose a customer.',
  ],
  halfThenFull: [
    '先推 add_half_external_contact，再推 add_external_contact。',
    'add_half_external_contact first, then add_external_contact.',
  ],
  wrongSignature: [
    '第一次的签名是错的，产品应拒收，平台会重推。',
    'The first signature is wrong; the product should refuse, the platform sends again.',
  ],
  tamperedBody: ['密文被改动，产品应拒收。', 'The sealed text was changed; the product should refuse.'],
  tamperedTag: [
    '外层签名正确，但 GCM 标签不符: wechatpay-node-v3 自带的解密发现不了。',
    'The signature is right but the GCM tag is not: wechatpay-node-v3 does not notice.',
  ],
  staleTimestamp: [
    '时间戳是一小时前的，产品应当作重放拒收。',
    'The time stamp is an hour old; the product should refuse it as a replay.',
  ],
}

/** What the switches are called; their Chinese comes with the world. */
const faultEnglish: Record<string, string> = {
  slow: 'slow answer',
  busy: 'busy, -1',
  quota: 'over the rate, 45009',
  concurrency: 'too many at once, 45033',
  conflict: 'version conflict, 6000',
  tokenExpired: 'token expired, 42001',
  tokenInvalid: 'token invalid, 40014',
  ipRefused: 'IP not whitelisted, 40164 / 60020',
  serverError: 'HTTP 500',
  disconnect: 'hangs up',
  lostAnswer: 'done, answer lost',
  badAnswerSignature: 'answer signed wrongly (Pay)',
  templateFails: 'template message fails',
  duplicate: 'sent twice',
  drop: 'lost',
  reorder: 'out of order',
  late: 'late',
  sameSecond: 'two things in one second',
  halfThenFull: 'half, then whole (add_half)',
  wrongSignature: 'wrong signature',
  tamperedBody: 'sealed text changed',
  tamperedTag: 'GCM tag changed (Pay)',
  staleTimestamp: 'old time stamp',
}

const ALWAYS = 0

/** Switches for what goes wrong on the real platforms. */
export function Faults({ world }: { world: World }) {
  const act = useAct()
  const { message } = App.useApp()
  const [kind, setKind] = useState('duplicate')
  const [target, setTarget] = useState('*')
  const [times, setTimes] = useState(1)
  const [ms, setMs] = useState<number>(4000)
  const named = (kind: string, zh: string) => t(zh, faultEnglish[kind] ?? zh)
  const names: Record<string, string> = { ...world.faultKinds.call, ...world.faultKinds.callback }
  const isTimed = kind === 'slow' || kind === 'late'
  const merchant = world.merchants[0]

  const add = () => act('faults.add', { kind, target, remaining: times === ALWAYS ? null : times, ...(isTimed ? { ms } : {}) })
  const verify = async (name: string, input: Record<string, unknown>) => {
    const result = await act<{ isRight: boolean; answered: string }>('verifyCallback', input)
    if (!result) return
    if (result.isRight) message.success(`${name}: ${t('回调地址验证通过', 'the callback address verifies')}`)
    else message.error(`${name}: ${t('应答不对', 'wrong answer')} (${result.answered.slice(0, 60) || t('空', 'empty')})`)
  }
  const addresses = [
    ...world.corps.map(corp => ({ key: corp.corpId, name: corp.name, input: { corpId: corp.corpId } })),
    ...[...world.officialAccounts, ...world.miniPrograms].map(app => ({
      key: app.appId,
      name: app.name,
      input: { appId: app.appId },
    })),
  ]

  return (
    <section className="sim-panel sim-faults" aria-label={t('故障开关', 'Fault switches')}>
      <header className="sim-panel-head">
        <h2>{t('故障开关', 'Fault switches')}</h2>
        {world.faults.length > 0 && (
          <Button size="small" type="link" onClick={() => void act('faults.clear')}>
            {t('全部关闭', 'All off')}
          </Button>
        )}
      </header>
      <div className="sim-faults-body">
        <div className="sim-fault-form">
          <Select
            value={kind}
            onChange={setKind}
            aria-label={t('故障', 'Fault')}
            showSearch
            optionFilterProp="label"
            options={[
              {
                label: t('回调 (平台 → 产品)', 'Callbacks (platform → product)'),
                options: Object.entries(world.faultKinds.callback).map(([value, zh]) => ({ value, label: named(value, zh) })),
              },
              {
                label: t('调用 (产品 → 平台)', 'Calls (product → platform)'),
                options: Object.entries(world.faultKinds.call).map(([value, zh]) => ({ value, label: named(value, zh) })),
              },
            ]}
          />
          <Select
            value={times}
            onChange={setTimes}
            aria-label={t('次数', 'Times')}
            options={[
              { value: 1, label: t('下 1 次', 'Next one') },
              { value: 3, label: t('下 3 次', 'Next 3') },
              { value: 10, label: t('下 10 次', 'Next 10') },
              { value: ALWAYS, label: t('一直', 'Always') },
            ]}
          />
          <Select
            value={target}
            onChange={setTarget}
            aria-label={t('作用在', 'Strikes')}
            options={[
              { value: '*', label: t('所有接口', 'Everything') },
              { value: 'wecom', label: t('企业微信', 'WeCom') },
              { value: 'weixin', label: t('公众号与小程序', 'Official account, mini program') },
              { value: 'pay', label: t('微信支付', 'WeChat Pay') },
              { value: 'add_external_contact', label: t('添加好友事件', 'Friend added') },
              { value: 'send_welcome_msg', label: t('发送欢迎语', 'Send welcome') },
              { value: 'template/send', label: t('模板消息', 'Template message') },
              { value: 'TRANSACTION', label: t('支付通知', 'Pay notification') },
            ]}
          />
          {isTimed && (
            <InputNumber
              value={ms}
              min={100}
              max={120000}
              step={1000}
              suffix={t('毫秒', 'ms')}
              onChange={value => setMs(value ?? 4000)}
              aria-label={t('毫秒', 'ms')}
            />
          )}
          <Button type="primary" onClick={() => void add()}>
            {t('打开', 'Switch on')}
          </Button>
        </div>
        <p className="sim-explained">{explained[kind] && t(...explained[kind])}</p>
        <div className="sim-fault-on">
          {world.faults.map(rule => (
            <Tag
              key={rule.id}
              color="orange"
              closable
              closeIcon={<CloseOutlined aria-label={t('关闭这个故障', 'Switch this fault off')} />}
              onClose={() => void act('faults.remove', { id: rule.id })}
            >
              {named(rule.kind, names[rule.kind] ?? rule.kind)} {rule.target === '*' ? '' : `· ${rule.target}`} ·{' '}
              {rule.remaining === null
                ? t(`一直, 已 ${rule.hits} 次`, `always, ${rule.hits} so far`)
                : t(`还有 ${rule.remaining} 次`, `${rule.remaining} more`)}
            </Tag>
          ))}
          {world.faults.length === 0 && <span className="by-soft by-small">{t('一切正常。', 'All is well.')}</span>}
        </div>
        <div className="sim-fault-more">
          <Button
            size="small"
            onClick={() =>
              void act<{ count: number }>('expireTokens').then(
                result => result && message.info(t(`${result.count} 个令牌已过期`, `${result.count} tokens have ended`)),
              )
            }
          >
            {t('所有令牌过期', 'Expire all tokens')}
          </Button>
          <Dropdown
            menu={{
              items: addresses.map(address => ({
                key: address.key,
                label: address.name,
                onClick: () => void verify(address.name, address.input),
              })),
            }}
            trigger={['click']}
          >
            <Button size="small">
              {t('验证回调地址', 'Verify a callback address')} <DownOutlined />
            </Button>
          </Dropdown>
          {merchant && (
            <Select
              size="small"
              value={merchant.serialMode}
              aria-label={t('支付验签方式', 'How Pay signs')}
              onChange={serialMode => void act('settings.update', { serialMode })}
              options={[
                { value: 'certificate', label: t('支付: 平台证书', 'Pay: platform certificate') },
                { value: 'publicKey', label: t('支付: 微信支付公钥', 'Pay: WeChat Pay public key') },
              ]}
            />
          )}
        </div>
      </div>
    </section>
  )
}
