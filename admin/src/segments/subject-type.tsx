import type { Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'

type SubjectType = Output<'subjectTypes.list'>[number]

/** The types of things that the caller may see, and what to call them; null stands for people. */
export function useSubjectTypes() {
  const may = useMay()
  const types = useCall('subjectTypes.list', {}, { staleTime: 60_000, enabled: may('subjectTypes.list') })
  const all: SubjectType[] = types.data ?? []
  const nameOf = (typeId: number | null): string => {
    if (typeId === null) return t('客户', 'People')
    const type = all.find(one => one.id === typeId)
    return type ? t(type.zh, type.en || type.zh) : `#${typeId}`
  }
  return { all, nameOf }
}
