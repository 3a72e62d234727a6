import { many } from '@banyan/shared'
import { Alert, Button, Progress } from 'antd'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime, duration, number } from '../format.ts'
import { t } from '../i18n.ts'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import type { Campaign } from './words.tsx'

/** The five minutes in which a large send can be taken back, counted down; and the progress of one that runs. */
export function HoldBanner({ campaign }: { campaign: Campaign }) {
  const left = useSecondsUntil(campaign.status === 'holding' ? campaign.heldUntil : null)
  const { counts } = campaign
  if (campaign.status === 'holding')
    return (
      <Alert
        type="warning"
        showIcon
        title={t(
          `${duration(left)} 后发送给 ${number(counts.audience)} 人`,
          `Goes to ${many(counts.audience, 'person', 'people')} in ${duration(left)}`,
        )}
        description={t(
          '人数较多，先等一会儿。发现问题现在撤销，一个人也不会收到。',
          'A large send waits first. Take it back now and nobody gets it.',
        )}
        action={<UndoButton campaign={campaign} isPrimary />}
      />
    )
  if (campaign.status === 'scheduled')
    return (
      <Alert
        type="info"
        showIcon
        title={t(`定于 ${dateTime(campaign.sendAt)} 发送`, `Scheduled for ${dateTime(campaign.sendAt)}`)}
        action={<UndoButton campaign={campaign} />}
      />
    )
  if (campaign.status === 'listening')
    return (
      <Alert
        type="info"
        showIcon
        title={t('正在等客户进入人群，每人一次', 'Waiting for people to enter; once each')}
        action={<UndoButton campaign={campaign} />}
      />
    )
  if (campaign.status === 'freezing' || campaign.status === 'sending') {
    const done = counts.audience - counts.waiting
    return (
      <div className="by-panel by-panel-body">
        <div className="by-row by-between">
          <span>
            {campaign.status === 'freezing'
              ? t('正在圈定人群', 'Freezing the audience')
              : t(
                  `正在发送 ${number(done)} / ${number(counts.audience)}`,
                  `Sending ${number(done)} of ${number(counts.audience)}`,
                )}
          </span>
          <span className="by-small by-soft">{t('离开这一页也会继续', 'It goes on when you leave')}</span>
        </div>
        <Progress percent={counts.audience ? Math.round((done / counts.audience) * 100) : 0} status="active" />
      </div>
    )
  }
  return null
}

export function UndoButton({ campaign, isPrimary }: { campaign: Campaign; isPrimary?: boolean }) {
  const may = useMay()
  const run = useRun()
  const undo = useCommand('campaigns.undo')
  if (!may('campaigns.undo')) return null
  return (
    <Button
      type={isPrimary ? 'primary' : 'default'}
      danger={isPrimary}
      loading={undo.isPending}
      onClick={() => run(() => undo.mutateAsync({ campaignId: campaign.id }), t('已撤销', 'Taken back'))}
    >
      {campaign.status === 'listening' ? t('停止', 'Stop') : t('撤销发送', 'Take it back')}
    </Button>
  )
}

export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const may = useMay()
  const confirm = useConfirm()
  const send = useCommand('campaigns.send')
  if (campaign.status !== 'draft') return null
  return (
    <>
      {may('campaigns.update') && (
        <Link to={`/admin/messages/${campaign.id}/edit`}>
          <Button>{t('修改', 'Edit')}</Button>
        </Link>
      )}
      {may('campaigns.send') && (
        <Button
          type="primary"
          onClick={() =>
            confirm({
              title: t('发送？', 'Send it?'),
              consequence: t(
                '大批量发送会先等几分钟，期间可以撤销；已经发出的不能收回。',
                'A large send waits a few minutes and can be taken back; what has left cannot.',
              ),
              verb: t('发送', 'Send'),
              run: () => send.mutateAsync({ campaignId: campaign.id }),
            })
          }
        >
          {t('发送', 'Send')}
        </Button>
      )}
    </>
  )
}

function useSecondsUntil(at: string | null): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    if (!at) return
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [at])
  return at ? Math.max(0, (Date.parse(at) - now) / 1000) : 0
}
