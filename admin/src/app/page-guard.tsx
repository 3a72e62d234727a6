import { Component, type ReactNode } from 'react'
import { ErrorState } from '../parts/states.tsx'

/** A page that breaks leaves the navigation standing; a new build behind an old tab reloads itself once. */
export class PageGuard extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidCatch(error: unknown) {
    const isStaleChunk =
      error instanceof Error && /dynamically imported module|Importing a module script failed/.test(error.message)
    const key = 'banyan.reloadedAt'
    if (isStaleChunk && Date.now() - Number(sessionStorage.getItem(key) ?? 0) > 30_000) {
      sessionStorage.setItem(key, String(Date.now()))
      location.reload()
    }
  }

  override render() {
    if (this.state.error) return <ErrorState error={this.state.error} onRetry={() => location.reload()} />
    return this.props.children
  }
}
