import { subjects } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { listTemplates, loadTemplate } from './load-template.ts'
import { createType, listTypes, removeType, updateType } from './manage-types.ts'
import { putSubjects } from './put-subjects.ts'
import { reachSubjects } from './reach.ts'
import { getSubject, listSubjects, subjectsOfPerson } from './read-subjects.ts'
import { relateSubject, unrelateSubject } from './relate.ts'
import { removeSubjects } from './remove-subjects.ts'
import { usesOf } from './uses.ts'

export const routes = serve(subjects, {
  'subjectTypes.list': listTypes,
  'subjectTypes.create': createType,
  'subjectTypes.update': updateType,
  'subjectTypes.remove': removeType,
  'subjectTypes.uses': usesOf,
  'subjectTypes.templates': listTemplates,
  'subjectTypes.load': loadTemplate,
  'subjects.list': listSubjects,
  'subjects.get': getSubject,
  'subjects.put': putSubjects,
  'subjects.remove': removeSubjects,
  'subjects.relate': relateSubject,
  'subjects.unrelate': unrelateSubject,
  'subjects.reach': reachSubjects,
  'subjects.ofPerson': subjectsOfPerson,
})
