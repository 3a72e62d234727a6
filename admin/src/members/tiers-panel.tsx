import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { money, number, share } from '../format.ts'
import { t } from '../i18n.ts'
import { useConfirm } from '../parts/confirm.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { TierEditor } from './tier-editor.tsx'

export type Tier = Output<'tiers.list'>[number]

export function TiersPanel({ brandId }: { brandId: number }) {
  const may = useMay()
  const confirm = useConfirm()
  const tiers = useCall('tiers.list', { brandId })
  const rule = useCall('pointRules.get', { brandId }, { enabled: may('pointRules.get') })
  const remove = useCommand('tiers.remove', { refreshes: ['tiers.'] })
  const [editing, setEditing] = useState<Tier | 'new' | null>(null)
  const isEarned = rule.data?.tierBasis === 'earned'
  const create = may('tiers.create') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {t('新增等级', 'New tier')}
    </Button>
  )
  return (
    <div className="by-panel">
      <div className="by-panel-head">
        <span className="by-soft">
          {rule.data &&
            t(
              `按${windowName(rule.data.tierWindow)}${isEarned ? '获得的积分' : '的消费'}评定，达到立即升级，任期结束时${rule.data.tierDrop === 'toEarned' ? '降到应得等级' : '每次降一级'}。`,
              'Up at once; down at the end of the term.',
            )}
        </span>
        {create}
      </div>
      <Loaded of={tiers}>
        {items =>
          items.length === 0 ? (
            <EmptyState
              title={t('还没有等级', 'No tiers yet')}
              text={t('从门槛为 0 的起步等级开始。', 'Begin with one whose threshold is 0.')}
              action={create}
            />
          ) : (
            <Sheet<Tier>
              rowKey="id"
              dataSource={items}
              columns={[
                {
                  title: t('等级', 'Tier'),
                  render: (_v, tier) => (
                    <span className="by-row">
                      <i style={{ width: 28, height: 18, borderRadius: 4, background: tier.color }} />
                      <b>{tier.name}</b>
                    </span>
                  ),
                },
                {
                  title: t('门槛', 'Threshold'),
                  align: 'right',
                  render: (_v, tier) =>
                    isEarned ? t(`${number(tier.thresholdFen)} 分`, number(tier.thresholdFen)) : money(tier.thresholdFen),
                },
                {
                  title: t('任期', 'Term'),
                  render: (_v, tier) =>
                    tier.rank === 0
                      ? t('不到期', 'Never ends')
                      : t(
                          `${tier.termMonths} 个月，宽限 ${tier.graceDays} 天`,
                          `${tier.termMonths} months, ${tier.graceDays} days of grace`,
                        ),
                },
                { title: t('积分倍率', 'Points'), align: 'right', render: (_v, tier) => `${tier.pointsPercent / 100}×` },
                {
                  title: t('权益', 'Benefits'),
                  render: (_v, tier) => (
                    <span className="by-small by-soft" style={{ whiteSpace: 'normal' }}>
                      {tier.benefits.join('、') || '—'}
                    </span>
                  ),
                },
                {
                  title: t('会员', 'Members'),
                  align: 'right',
                  render: (_v, tier) => (
                    <span>
                      {number(tier.memberCount)}{' '}
                      <span className="by-small by-soft">
                        {share(
                          tier.memberCount,
                          items.reduce((sum, one) => sum + one.memberCount, 0),
                        )}
                      </span>
                    </span>
                  ),
                },
                {
                  title: '',
                  align: 'right',
                  render: (_v, tier) => (
                    <>
                      {may('tiers.update') && (
                        <Button size="small" type="text" onClick={() => setEditing(tier)}>
                          {t('修改', 'Edit')}
                        </Button>
                      )}
                      {may('tiers.remove') && tier.memberCount === 0 && (
                        <Button
                          size="small"
                          type="text"
                          danger
                          onClick={() =>
                            confirm({
                              title: t(`删除等级「${tier.name}」？`, `Remove ${tier.name}?`),
                              consequence: t('没有会员在这个等级，删除后不能恢复。', 'Nobody holds it.'),
                              verb: t('删除', 'Remove'),
                              isDanger: true,
                              run: () => remove.mutateAsync({ tierId: tier.id }),
                            })
                          }
                        >
                          {t('删除', 'Remove')}
                        </Button>
                      )}
                    </>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {editing && (
        <TierEditor
          brandId={brandId}
          tier={editing === 'new' ? null : editing}
          rankNext={(tiers.data ?? []).reduce((max, tier) => Math.max(max, tier.rank + 1), 0)}
          isEarned={isEarned}
          onClose={() => setEditing(null)}
        />
      )}
    </div>
  )
}

export const windowName = (window: Output<'pointRules.get'>['tierWindow']) =>
  ({
    rolling12Months: t('过去 12 个月', 'the last 12 months'),
    calendarYear: t('自然年', 'the calendar year'),
    anniversary: t('入会周年', 'the membership year'),
    lifetime: t('累计', 'all time'),
  })[window]
