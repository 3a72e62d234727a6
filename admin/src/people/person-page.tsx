import './person.css'
import { Skeleton } from 'antd'
import { useParams } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Page } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { ThingsOfPerson } from '../subjects/subject-panels.tsx'
import { ConsentPanel } from './consent-panel.tsx'
import { IdentityPanel } from './identity-panel.tsx'
import { PersonActions } from './person-actions.tsx'
import { PersonHead } from './person-head.tsx'
import { ContactsPanel, CouponsPanel, MembershipsPanel, SegmentsPanel, TagsPanel } from './side-panels.tsx'
import { TimelinePanel } from './timeline-panel.tsx'
import { personName } from './words.ts'

/** 全景画像: left who he is, middle what happened, right what he has. */
export function PersonPage() {
  const personId = Number(useParams().personId)
  const profile = useCall('profiles.get', { personId })
  return (
    <Page
      title={profile.data ? personName(profile.data.person.name) : t('客户', 'Person')}
      back={{ to: '/admin/people', label: t('客户', 'People') }}
      actions={profile.data && <PersonActions profile={profile.data} />}
    >
      <Loaded of={profile} skeleton={<Skeleton active avatar paragraph={{ rows: 10 }} />}>
        {data => (
          <>
            <PersonHead profile={data} />
            <div className="by-360">
              <div className="by-stack">
                <IdentityPanel personId={data.person.id} />
                <ConsentPanel personId={data.person.id} />
              </div>
              <TimelinePanel personId={data.person.id} />
              <div className="by-stack">
                <MembershipsPanel profile={data} />
                <ThingsOfPerson personId={data.person.id} />
                <CouponsPanel profile={data} />
                <TagsPanel profile={data} />
                <ContactsPanel profile={data} />
                <SegmentsPanel profile={data} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}
