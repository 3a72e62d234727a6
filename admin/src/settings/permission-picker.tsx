import { type Access, endpoints } from '@banyan/shared'
import { Checkbox, Collapse } from 'antd'
import { currentLocale, t } from '../i18n.ts'
import { actionWord, groupWord } from './endpoint-words.ts'

/** Groups and single endpoints, taken from the contract itself: what is added there is offered here. */
export function PermissionPicker({
  value = [],
  onChange,
  access,
}: {
  value?: string[]
  onChange?: (value: string[]) => void
  access: Access
}) {
  const groups = groupsFor(access)
  const isAll = value.includes('*')
  const set = (next: string[]) => onChange?.(next)
  return (
    <div className="by-stack-s">
      <Checkbox checked={isAll} onChange={event => set(event.target.checked ? ['*'] : [])}>
        <b>{t('全部（包括以后新增的）', 'Everything, and whatever is added later')}</b>
      </Checkbox>
      {!isAll && (
        <Collapse
          size="small"
          items={groups.map(([group, actions]) => {
            const wildcard = `${group}.*`
            const hasAll = value.includes(wildcard)
            const chosen = actions.filter(action => value.includes(action)).length
            const toggleGroup = (isOn: boolean) =>
              set([...value.filter(one => !one.startsWith(`${group}.`)), ...(isOn ? [wildcard] : [])])
            return {
              key: group,
              label: groupWord(group),
              extra: (
                // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the click from folding the panel
                // biome-ignore lint/a11y/useKeyWithClickEvents: the checkbox inside takes the keys
                <span onClick={event => event.stopPropagation()}>
                  {!hasAll && chosen > 0 && (
                    <span className="by-small by-soft">
                      {chosen}/{actions.length}{' '}
                    </span>
                  )}
                  <Checkbox
                    checked={hasAll}
                    indeterminate={!hasAll && chosen > 0}
                    onChange={event => toggleGroup(event.target.checked)}
                    aria-label={groupWord(group)}
                  />
                </span>
              ),
              children: (
                <div className="by-stack-s">
                  {actions.map(action => (
                    <Checkbox
                      key={action}
                      checked={hasAll || value.includes(action)}
                      disabled={hasAll}
                      onChange={event => set(event.target.checked ? [...value, action] : value.filter(one => one !== action))}
                    >
                      {actionWord(action)?.split(' · ')[1] ?? action} <code className="by-faint">{action}</code>
                      {currentLocale() === 'en' && (
                        <span className="by-small by-soft"> {endpoints[action as keyof typeof endpoints].summary}</span>
                      )}
                    </Checkbox>
                  ))}
                </div>
              ),
            }
          })}
        />
      )}
    </div>
  )
}

function groupsFor(access: Access): [string, string[]][] {
  const groups = new Map<string, string[]>()
  for (const [name, endpoint] of Object.entries(endpoints)) {
    if (!endpoint.access.includes(access) || name.startsWith('auth.')) continue
    const group = name.split('.')[0] ?? name
    groups.set(group, [...(groups.get(group) ?? []), name])
  }
  return [...groups]
}
