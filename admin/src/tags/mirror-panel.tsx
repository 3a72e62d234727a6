import { MoreOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown, Select } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { FailedMarks } from './failed-marks.tsx'
import { MirrorDialog } from './mirror-dialog.tsx'
import { type Mirror, MirrorState } from './mirror-state.tsx'
import { DIRECTIONS, directionArrow, directionHint, directionName } from './mirror-words.ts'

type Tag = Output<'tags.get'>

/** Which corp tags of WeCom this tag is mirrored with, and how far that is. */
export function MirrorPanel({ tag }: { tag: Tag }) {
  const may = useMay()
  const [isAdding, setAdding] = useState(false)
  const mirrors = useCall(
    'corpTags.mirrors',
    { tagId: tag.id },
    { refetchInterval: query => ((query.state.data ?? []).some(isBusy) ? 2_000 : 30_000) },
  )
  const canBeMirrored = tag.typeId === null && tag.valueKind !== 'number'
  const mayAdd = may('corpTags.mirror') && canBeMirrored && (tag.valueKind !== 'plain' || mirrors.data?.length === 0)
  return (
    <Panel
      title={t('企业微信同步', 'Mirrored with WeCom')}
      extra={
        mayAdd && (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {t('同步', 'Mirror')}
          </Button>
        )
      }
    >
      <Loaded of={mirrors}>
        {list => (
          <div className="by-stack">
            {list.map(mirror => (
              <One key={mirror.id} mirror={mirror} isByRule={tag.kind !== 'manual'} />
            ))}
            {list.length === 0 && <p className="by-soft">{canBeMirrored ? whatItDoes() : whyNot(tag)}</p>}
            {list.length > 0 && <WhoFollowsWhom mirrors={list} />}
          </div>
        )}
      </Loaded>
      {isAdding && <MirrorDialog tag={tag} onClose={() => setAdding(false)} />}
    </Panel>
  )
}

const isBusy = (mirror: Mirror) => mirror.status === 'comparing' || mirror.waitingCount > 0

const whatItDoes = () =>
  t(
    '没有同步。同步后，店员在企业微信里能看到这个标签，也可以让店员打的企业标签进来。',
    'Not mirrored. Mirrored, staff see this tag in WeCom, and what they mark there can come in.',
  )

const whyNot = (tag: Tag) =>
  tag.typeId !== null
    ? t('只有客户的标签可以同步到企业微信。', 'Only tags of people can be mirrored with WeCom.')
    : t(
        '数值随时在变，不同步。可建一个规则标签（例如「消费满 5000」）来同步。',
        'Numbers move all the time and are not mirrored: make a rule tag of them.',
      )

/** Each direction that is in use, explained once. */
function WhoFollowsWhom({ mirrors }: { mirrors: readonly Mirror[] }) {
  const used = DIRECTIONS.filter(direction => mirrors.some(one => one.direction === direction))
  const comparedAt = mirrors.map(one => one.comparedAt).sort()[0] ?? null
  return (
    <div className="by-soft by-small by-stack-xs">
      {used.map(direction => (
        <span key={direction}>
          {used.length > 1 && <b>{directionName(direction)} · </b>}
          {directionHint(direction)}
        </span>
      ))}
      <span>
        {t('上次全量比对：', 'Last compared: ')}
        <Time at={comparedAt} />
        {t('；每晚自动再比一次。', '; again every night.')}
      </span>
    </div>
  )
}

function One({ mirror, isByRule }: { mirror: Mirror; isByRule: boolean }) {
  const may = useMay()
  const run = useRun()
  const confirm = useConfirm()
  const [isShowingFailed, showFailed] = useState(false)
  const again = useCommand('corpTags.runAgain')
  const turn = useCommand('corpTags.setDirection')
  const stop = useCommand('corpTags.unmirror')
  const { id: mirrorId, corpTagName } = mirror
  return (
    <div className="by-stack-s">
      <div className="by-row by-between">
        <span className="by-row by-wrap">
          {mirror.value !== null && (
            <>
              <span className="by-strong">{mirror.value}</span>
              <span aria-hidden>{directionArrow(mirror.direction)}</span>
            </>
          )}
          <span className="by-strong">
            {mirror.corpGroupName ? `${mirror.corpGroupName} / ` : ''}
            {corpTagName}
          </span>
          <Pill isDotted={false}>
            {mirror.isOurs ? t('本应用创建', 'Made by this app') : t('外部创建，只读', 'Foreign, read-only')}
          </Pill>
        </span>
        {may('corpTags.unmirror') && (
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                {
                  key: 'again',
                  label: t('重新比对并重试', 'Compare and try again'),
                  disabled: !may('corpTags.runAgain') || mirror.status === 'tagGone',
                  onClick: () => run(() => again.mutateAsync({ mirrorId }), t('已开始比对', 'Comparing')),
                },
                {
                  key: 'stop',
                  danger: true,
                  label: t('停止同步', 'Stop mirroring'),
                  onClick: () =>
                    confirm({
                      title: t(`停止与「${corpTagName}」同步？`, `Stop mirroring with ${corpTagName}?`),
                      consequence: t(
                        '两边已有的标签都保留，之后各改各的。企业标签本身不会删除。',
                        'What is on stays on, on both sides, and each goes its own way. The corp tag itself is not deleted.',
                      ),
                      verb: t('停止同步', 'Stop'),
                      isDanger: true,
                      run: () => stop.mutateAsync({ mirrorId }),
                    }),
                },
              ],
            }}
          >
            <Button size="small" type="text" icon={<MoreOutlined />} aria-label={t('更多操作', 'More')} />
          </Dropdown>
        )}
      </div>
      <div className="by-row by-wrap">
        {isByRule || !may('corpTags.setDirection') ? (
          <span className="by-soft">{directionName(mirror.direction)}</span>
        ) : (
          <Select
            size="small"
            aria-label={t('方向', 'Direction')}
            value={mirror.direction}
            disabled={turn.isPending || mirror.status === 'tagGone'}
            popupMatchSelectWidth={false}
            options={DIRECTIONS.map(value => ({ value, label: directionName(value) }))}
            onChange={direction => run(() => turn.mutateAsync({ mirrorId, direction }))}
          />
        )}
        <MirrorState mirror={mirror} onFailed={() => showFailed(true)} />
      </div>
      {isShowingFailed && <FailedMarks mirror={mirror} onClose={() => showFailed(false)} />}
    </div>
  )
}
