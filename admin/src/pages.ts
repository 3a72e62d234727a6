/** Every page of the admin: address under `/admin` -> its module, which is one chunk. */
export const pages: Record<string, () => Promise<Record<string, unknown>>> = {
  '': () => import('./overview/overview-page.tsx'),
  people: () => import('./people/people-page.tsx'),
  'people/:personId': () => import('./people/person-page.tsx'),
  reviews: () => import('./identity/reviews-page.tsx'),
  'reviews/:reviewId': () => import('./identity/review-page.tsx'),
  'live-codes': () => import('./livecodes/live-codes-page.tsx'),
  'live-codes/new': () => import('./livecodes/editor-page.tsx'),
  'live-codes/new-batch': () => import('./livecodes/editor-page.tsx'),
  'live-codes/report': () => import('./livecodes/report-page.tsx'),
  'live-codes/batches': () => import('./livecodes/batches-page.tsx'),
  'live-codes/:id': () => import('./livecodes/live-code-page.tsx'),
  'live-codes/:id/edit': () => import('./livecodes/editor-page.tsx'),
}
