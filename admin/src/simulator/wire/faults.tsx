import { CloseOutlined, DownOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, InputNumber, Select, Tag } from 'antd'
import { useState } from 'react'
import { useAct, type World } from '../calls.ts'

const explained: Record<string, string> = {
  slow: '应答前等一会儿。超过客户端的时限，产品应当重试或标为未知，而不是重复执行。',
  busy: '返回 -1 (支付为 500)。产品应稍后重试。',
  quota: '返回 45009。产品应退避，不能一直撞。',
  concurrency: '返回 45033。列表接口应排队。',
  tokenExpired: '令牌当场作废并返回 42001。产品应只刷新一次再重试。',
  tokenInvalid: '令牌当场作废并返回 40014。',
  ipRefused: '返回 40164 / 60020。连接检查页应指出要加哪个 IP。',
  serverError: '返回 HTTP 500 的网页。',
  disconnect: '不处理，直接断开。',
  lostAnswer: '已经处理，但应答丢了: 最危险的一种，产品要靠查询或幂等号弄清结果。',
  badAnswerSignature: '支付应答的签名是错的，产品必须拒收。',
  templateFails: '模板消息回执为 failed: system failed。',
  duplicate: '同一回调推两次，产品只能处理一次。',
  drop: '回调丢失，要靠每晚对账或主动查询找回。',
  reorder: '让后一件事先到。',
  late: '回调迟到，欢迎语的 20 秒已过。',
  sameSecond: '两件不同的事 CreateTime 相同，去重键太粗就会丢客户。',
  halfThenFull: '先推 add_half_external_contact，再推 add_external_contact。',
  wrongSignature: '第一次的签名是错的，产品应拒收，平台会重推。',
  tamperedBody: '密文被改动，产品应拒收。',
  tamperedTag: '外层签名正确，但 GCM 标签不符: wechatpay-node-v3 自带的解密发现不了。',
  staleTimestamp: '时间戳是一小时前的，产品应当作重放拒收。',
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
  const names: Record<string, string> = { ...world.faultKinds.call, ...world.faultKinds.callback }
  const isTimed = kind === 'slow' || kind === 'late'
  const merchant = world.merchants[0]

  const add = () => act('faults.add', { kind, target, remaining: times === ALWAYS ? null : times, ...(isTimed ? { ms } : {}) })
  const verify = async (name: string, input: Record<string, unknown>) => {
    const result = await act<{ isRight: boolean; answered: string }>('verifyCallback', input)
    if (!result) return
    if (result.isRight) message.success(`${name}: 回调地址验证通过`)
    else message.error(`${name}: 应答不对 (${result.answered.slice(0, 60) || '空'})`)
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
    <section className="sim-panel sim-faults" aria-label="故障开关">
      <header className="sim-panel-head">
        <h2>故障开关</h2>
        {world.faults.length > 0 && (
          <Button size="small" type="link" onClick={() => void act('faults.clear')}>
            全部关闭
          </Button>
        )}
      </header>
      <div className="sim-faults-body">
        <div className="sim-fault-form">
          <Select
            value={kind}
            onChange={setKind}
            aria-label="故障"
            showSearch
            optionFilterProp="label"
            options={[
              {
                label: '回调 (平台 → 产品)',
                options: Object.entries(world.faultKinds.callback).map(([value, label]) => ({ value, label })),
              },
              {
                label: '调用 (产品 → 平台)',
                options: Object.entries(world.faultKinds.call).map(([value, label]) => ({ value, label })),
              },
            ]}
          />
          <Select
            value={times}
            onChange={setTimes}
            aria-label="次数"
            options={[
              { value: 1, label: '下 1 次' },
              { value: 3, label: '下 3 次' },
              { value: 10, label: '下 10 次' },
              { value: ALWAYS, label: '一直' },
            ]}
          />
          <Select
            value={target}
            onChange={setTarget}
            aria-label="作用在"
            options={[
              { value: '*', label: '所有接口' },
              { value: 'wecom', label: '企业微信' },
              { value: 'weixin', label: '公众号与小程序' },
              { value: 'pay', label: '微信支付' },
              { value: 'add_external_contact', label: '添加好友事件' },
              { value: 'send_welcome_msg', label: '发送欢迎语' },
              { value: 'template/send', label: '模板消息' },
              { value: 'TRANSACTION', label: '支付通知' },
            ]}
          />
          {isTimed && (
            <InputNumber
              value={ms}
              min={100}
              max={120000}
              step={1000}
              suffix="毫秒"
              onChange={value => setMs(value ?? 4000)}
              aria-label="毫秒"
            />
          )}
          <Button type="primary" onClick={() => void add()}>
            打开
          </Button>
        </div>
        <p className="sim-explained">{explained[kind]}</p>
        <div className="sim-fault-on">
          {world.faults.map(rule => (
            <Tag
              key={rule.id}
              color="orange"
              closable
              closeIcon={<CloseOutlined aria-label="关闭这个故障" />}
              onClose={() => void act('faults.remove', { id: rule.id })}
            >
              {names[rule.kind]} {rule.target === '*' ? '' : `· ${rule.target}`} ·{' '}
              {rule.remaining === null ? `一直, 已 ${rule.hits} 次` : `还有 ${rule.remaining} 次`}
            </Tag>
          ))}
          {world.faults.length === 0 && <span className="by-soft by-small">一切正常。</span>}
        </div>
        <div className="sim-fault-more">
          <Button
            size="small"
            onClick={() =>
              void act<{ count: number }>('expireTokens').then(result => result && message.info(`${result.count} 个令牌已过期`))
            }
          >
            所有令牌过期
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
              验证回调地址 <DownOutlined />
            </Button>
          </Dropdown>
          {merchant && (
            <Select
              size="small"
              value={merchant.serialMode}
              aria-label="支付验签方式"
              onChange={serialMode => void act('settings.update', { serialMode })}
              options={[
                { value: 'certificate', label: '支付: 平台证书' },
                { value: 'publicKey', label: '支付: 微信支付公钥' },
              ]}
            />
          )}
        </div>
      </div>
    </section>
  )
}
