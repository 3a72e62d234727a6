/** Who is signed in on this browser, and for which brand he is looking. Kept over reloads; leaves on sign-out. */
const TOKEN_KEY = 'banyan.token'
const BRAND_KEY = 'banyan.brand'

export const tokenNow = () => localStorage.getItem(TOKEN_KEY)
export const brandNow = (): number | null => Number(localStorage.getItem(BRAND_KEY)) || null

export function keepToken(token: string) {
  localStorage.setItem(TOKEN_KEY, token)
}

export function dropToken() {
  localStorage.removeItem(TOKEN_KEY)
}

export function keepBrand(brandId: number | null) {
  if (brandId === null) localStorage.removeItem(BRAND_KEY)
  else localStorage.setItem(BRAND_KEY, String(brandId))
}

/** Sends the person to the sign-in page and brings him back afterwards. */
export function goToSignIn() {
  dropToken()
  const from = `${location.pathname}${location.search}`
  if (!location.pathname.startsWith('/admin/sign-in')) location.assign(`/admin/sign-in?from=${encodeURIComponent(from)}`)
}
