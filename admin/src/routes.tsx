import { type ComponentType, lazy, type ReactNode } from 'react'
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router'
import { Layout } from './app/layout.tsx'
import { PageGuard } from './app/page-guard.tsx'
import { SignInPage } from './app/sign-in.tsx'
import { SimulatorRoute } from './app/simulator-route.tsx'
import { pages } from './pages.ts'

type Load = () => Promise<Record<string, unknown>>

/** A page's module exports its component under a name that ends in `Page`; its chunk is read when it is opened first. */
function lazily(load: Load): ReactNode {
  const Page = lazy(async () => {
    const [, component] = Object.entries(await load()).find(([name]) => name.endsWith('Page')) ?? []
    return { default: component as ComponentType }
  })
  return <Page />
}

const children: RouteObject[] = Object.entries(pages).map(
  ([path, load]) => ({ path: path || undefined, index: path === '' ? true : undefined, element: lazily(load) }) as RouteObject,
)

export const router = createBrowserRouter([
  { path: '/admin/sign-in', element: <SignInPage /> },
  { path: '/admin', element: <Layout />, children: [...children, { path: '*', element: <Navigate to="/admin" replace /> }] },
  {
    path: '/simulator/*',
    element: (
      <PageGuard>
        <SimulatorRoute />
      </PageGuard>
    ),
  },
  { path: '*', element: <Navigate to="/admin" replace /> },
])
