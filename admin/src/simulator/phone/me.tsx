import { RightOutlined } from '@ant-design/icons'
import { Switch, Typography } from 'antd'
import { t } from '../../i18n.ts'
import { Avatar } from '../avatar.tsx'
import { type Named, type Person, useAct, useAsk, type World } from '../calls.ts'

type Ids = {
  unionid: string | null
  openids: Record<string, string>
  externalUserids: Record<string, string>
  blockedAppIds: string[]
}
type Credit = { templateId: string; title: string; count: number }

/** What this person is on the platforms: the many roots that the product has to join into one tree. */
export function Me({ person, world, openApp }: { person: Person; world: World; openApp(appId: string): void }) {
  const ids = useAsk<Ids>('people.ids', { simUser: person.id })
  const act = useAct()
  const isBlocked = (appId: string) => ids.data?.blockedAppIds.includes(appId) ?? false
  const setBlocked = (appId: string, blocked: boolean) => void act('block', { simUser: person.id, appId, isBlocked: blocked })
  return (
    <>
      <header className="sim-head">{t('我', 'Me')}</header>
      <div className="sim-scroll is-list">
        <div className="sim-me">
          <Avatar id={person.id} name={person.name} size={56} />
          <div>
            <b>{person.name}</b>
            <span>{person.phone || t('未绑定手机号', 'no phone bound')}</span>
          </div>
        </div>
        <h5>{t('我的小程序', 'My mini programs')}</h5>
        {world.miniPrograms.map(app => (
          <button type="button" key={app.appId} className="sim-line" onClick={() => openApp(app.appId)}>
            <i className="sim-mini-mark" /> {app.name}
            <RightOutlined />
          </button>
        ))}
        <h5>{t('接收消息', 'Messages from')}</h5>
        {[...world.officialAccounts, ...world.miniPrograms].map(app => (
          <div key={app.appId} className="sim-line">
            {app.name}
            <Switch
              size="small"
              checked={!isBlocked(app.appId)}
              onChange={on => setBlocked(app.appId, !on)}
              aria-label={t(`接收${app.name}的消息`, `Messages from ${app.name}`)}
            />
          </div>
        ))}
        <h5>{t('订阅消息额度', 'Subscribe credits')}</h5>
        {world.miniPrograms.map(app => (
          <Credits key={app.appId} app={app} person={person} />
        ))}
        <h5>{t('平台眼里的我', 'Me, as the platforms know me')}</h5>
        <dl className="sim-ids">
          <Id label="unionid" value={ids.data?.unionid ?? t('无 (未绑定开放平台)', 'none (no Open Platform account)')} />
          {world.corps.map(corp => (
            <Id key={corp.corpId} label="external_userid" value={ids.data?.externalUserids[corp.corpId] ?? ''} />
          ))}
          {[...world.miniPrograms, ...world.officialAccounts].map(app => (
            <Id key={app.appId} label={`openid · ${app.name}`} value={ids.data?.openids[app.appId] ?? ''} />
          ))}
        </dl>
      </div>
    </>
  )
}

function Credits({ app, person }: { app: Named; person: Person }) {
  const credits = useAsk<Credit[]>('mini.credits', { simUser: person.id, appId: app.appId })
  const act = useAct()
  const held = credits.data?.filter(credit => credit.count > 0) ?? []
  return (
    <>
      {held.map(credit => (
        <div key={credit.templateId} className="sim-line">
          {app.name} · {credit.title}
          <span>
            {credit.count} {t('次', 'left')}{' '}
            <button
              type="button"
              className="sim-text-button"
              onClick={() => void act('mini.refuse', { simUser: person.id, appId: app.appId, templateId: credit.templateId })}
            >
              {t('拒收', 'Refuse')}
            </button>
          </span>
        </div>
      ))}
      {credits.data && held.length === 0 && (
        <div className="sim-line is-soft">
          {app.name} <span>0 {t('次', 'left')}</span>
        </div>
      )}
    </>
  )
}

function Id({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Typography.Text copyable={{ text: value, tooltips: [t('复制', 'Copy'), t('已复制', 'Copied')] }} ellipsis>
          {value}
        </Typography.Text>
      </dd>
    </div>
  )
}
