import { Text, View } from '@tarojs/components'
import type { Output } from '../../client/types.ts'
import { SectionHead } from '../../components/section.tsx'
import { useAsk } from '../staff.ts'

type Thing = Output<'subjects.ofPerson'>[number]

/** 名下: his vehicles, his flat, by type. Nothing is shown when there are none, or while it is asked. */
export function Things({ personId }: { personId: number }) {
  const things = useAsk('subjects.ofPerson', { personId })
  const hasSome = (things.data?.length ?? 0) > 0
  const types = useAsk('subjectTypes.list', {}, { isSkipped: !hasSome })
  if (!things.data || !hasSome) return null
  return (
    <View className="block">
      <SectionHead title="名下" />
      {things.data.map(thing => (
        <View key={`${thing.id} ${thing.relation} ${thing.role}`} className="known">
          <Text className="known-name">{thing.title || `#${thing.id}`}</Text>
          <Text className="muted small known-note">{types.data?.find(type => type.id === thing.typeId)?.zh ?? ''}</Text>
          <Text className="muted small">{relationOf(thing)}</Text>
        </View>
      ))}
    </View>
  )
}

const relationOf = ({ relation, role }: Thing) => (role ? `${relation} · ${role}` : relation)
