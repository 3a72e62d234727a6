import { ReloadOutlined } from '@ant-design/icons'
import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'

type Corp = Output<'corpTags.catalogue'>[number]
type CorpTag = Corp['groups'][number]['tags'][number]

/** What WeCom has: groups and tags, who made them, and which of our tags they are mirrored with. */
export function CorpTagsPage() {
  const catalogue = useCall('corpTags.catalogue', {})
  return (
    <Page
      title={t('企业标签', 'Corp tags')}
      text={t(
        '企业微信里的标签。本应用创建的可以改名、删除；外部创建的只读，但都可以同步、给客户打上。',
        'The tags of WeCom. Those that this app made can be renamed and deleted; foreign ones are read-only. All can be mirrored and put on customers.',
      )}
      back={{ to: '/admin/tags', label: t('标签', 'Tags') }}
    >
      <Loaded of={catalogue}>
        {corps =>
          corps.length === 0 ? (
            <EmptyState
              title={t('还没有连接企业微信', 'WeCom is not connected yet')}
              text={t(
                '在「设置 - 连接」里填写后，企业标签会出现在这里。',
                'Connect it in the settings, and its tags appear here.',
              )}
            />
          ) : (
            corps.map(corp => <CorpPanels key={corp.corpId} corp={corp} />)
          )
        }
      </Loaded>
    </Page>
  )
}

function CorpPanels({ corp }: { corp: Corp }) {
  const may = useMay()
  const run = useRun()
  const refresh = useCommand('corpTags.refresh')
  const count = corp.groups.reduce((sum, group) => sum + group.tags.length, 0)
  return (
    <div className="by-stack">
      <div className="by-row by-between by-wrap">
        <span>
          <b>{corp.corpName}</b>{' '}
          <span className="by-soft">
            {t(`${number(count)} 个标签，读取于`, `${number(count)} tags, read`)} <Time at={corp.readAt} />
          </span>
        </span>
        {may('corpTags.refresh') && (
          <Button
            icon={<ReloadOutlined />}
            loading={refresh.isPending}
            onClick={() => run(() => refresh.mutateAsync({ corpId: corp.corpId }), t('已重新读取', 'Read again'))}
          >
            {t('重新读取', 'Read again')}
          </Button>
        )}
      </div>
      {count === 0 && (
        <EmptyState title={t('还没有读取', 'Not read yet')} text={t('点「重新读取」从企业微信取回。', 'Read them from WeCom.')} />
      )}
      {corp.groups.map(group => (
        <Panel key={group.groupId} title={group.name}>
          <ul className="by-list">
            {group.tags.map(tag => (
              <li key={tag.corpTagId} style={{ paddingInline: 0 }}>
                <TagLine corpId={corp.corpId} tag={tag} />
              </li>
            ))}
          </ul>
        </Panel>
      ))}
    </div>
  )
}

function TagLine({ corpId, tag }: { corpId: string; tag: CorpTag }) {
  const may = useMay()
  const confirm = useConfirm()
  const [isRenaming, setRenaming] = useState(false)
  const remove = useCommand('corpTags.remove')
  return (
    <div className="by-row by-between by-wrap">
      <span className="by-row by-wrap">
        <span className="by-strong">{tag.name}</span>
        <Pill isDotted={false}>
          {tag.isOurs ? t('本应用创建', 'Made by this app') : t('外部创建，只读', 'Foreign, read-only')}
        </Pill>
        {tag.mirrors.map(one => (
          <Link key={one.mirrorId} to={`/admin/tags/${one.tagId}`}>
            ⇄ {one.tagName}
            {one.value === null ? '' : ` = ${one.value}`}
          </Link>
        ))}
      </span>
      {tag.isOurs && (
        <span className="by-row by-wrap">
          {may('corpTags.rename') && (
            <Button size="small" type="text" onClick={() => setRenaming(true)}>
              {t('改名', 'Rename')}
            </Button>
          )}
          {may('corpTags.remove') && (
            <Button
              size="small"
              type="text"
              danger
              onClick={() =>
                confirm({
                  title: t(`删除企业标签「${tag.name}」？`, `Delete the corp tag ${tag.name}?`),
                  consequence: t(
                    '它会从企业微信里所有客户身上取下，不能恢复。这里的标签保留，同步会停止。',
                    'It comes off every customer in WeCom and cannot be brought back. The tags here stay; mirroring stops.',
                  ),
                  verb: t('删除', 'Delete'),
                  isDanger: true,
                  run: () => remove.mutateAsync({ corpId, corpTagId: tag.corpTagId }),
                  done: t('已删除', 'Deleted'),
                })
              }
            >
              {t('删除', 'Delete')}
            </Button>
          )}
        </span>
      )}
      {isRenaming && <Rename corpId={corpId} tag={tag} onClose={() => setRenaming(false)} />}
    </div>
  )
}

function Rename({ corpId, tag, onClose }: { corpId: string; tag: CorpTag; onClose: () => void }) {
  const run = useRun()
  const rename = useCommand('corpTags.rename')
  const [name, setName] = useState(tag.name)
  const save = async () => {
    const done = await run(
      () => rename.mutateAsync({ corpId, corpTagId: tag.corpTagId, name: name.trim() }),
      t('已改名', 'Renamed'),
    )
    if (done) onClose()
  }
  return (
    <Modal
      open
      title={t('给企业标签改名', 'Rename the corp tag')}
      okText={t('改名', 'Rename')}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ disabled: name.trim() === '' || name.trim() === tag.name }}
      confirmLoading={rename.isPending}
      onCancel={onClose}
      onOk={save}
    >
      <Form layout="vertical">
        <Form.Item label={t('标签名', 'Name')} extra={t('店员在企业微信里会看到新名字', 'Staff see the new name in WeCom')}>
          <Input value={name} maxLength={30} showCount onChange={event => setName(event.target.value)} onPressEnter={save} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
