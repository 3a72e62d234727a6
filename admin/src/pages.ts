/** Every page of the admin: address under `/admin` -> its module, which is one chunk. */
export const pages: Record<string, () => Promise<Record<string, unknown>>> = {
  '': () => import('./overview/overview-page.tsx'),
}
