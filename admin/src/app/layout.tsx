import './layout.css'
import { MenuOutlined, SearchOutlined } from '@ant-design/icons'
import { Button, Drawer, Menu, type MenuProps, Skeleton } from 'antd'
import { Suspense, useEffect, useState } from 'react'
import { Link, Outlet, useLocation } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { tokenNow } from '../api/session.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { useJumpKeys } from '../parts/keys.ts'
import { ErrorState } from '../parts/states.tsx'
import { useIsNarrow } from '../parts/use-narrow.ts'
import { Alerts } from './alerts.tsx'
import { BrandSwitch } from './brand-switch.tsx'
import { allows, type Me, MeContext } from './me.ts'
import { groupOf, navGroups } from './nav.tsx'
import { PageGuard } from './page-guard.tsx'
import { Palette } from './palette.tsx'
import { RunningWork } from './running-work.tsx'
import { SignInPage } from './sign-in.tsx'
import { WhoAmI } from './who-am-i.tsx'

/** Everything behind the sign-in: navigation at the left, brand, search, running work and who am I on top. */
export function Layout() {
  const me = useCall('auth.me', {}, { enabled: Boolean(tokenNow()), staleTime: 60_000 })
  if (!tokenNow()) return <SignInPage />
  if (me.error && !me.data) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />
  if (!me.data) return <Skeleton active style={{ padding: 24 }} />
  return (
    <MeContext.Provider value={me.data}>
      <Shell me={me.data} />
    </MeContext.Provider>
  )
}

function Shell({ me }: { me: Me }) {
  const isNarrow = useIsNarrow()
  const [isMenuOpen, setMenuOpen] = useState(false)
  const [isPaletteOpen, setPaletteOpen] = useState(false)
  const { pathname } = useLocation()
  useJumpKeys(() => setPaletteOpen(true))
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is the trigger
  useEffect(() => setMenuOpen(false), [pathname])

  return (
    <div className={`by-shell ${isNarrow ? 'is-narrow' : ''}`}>
      <a className="by-skip" href="#main">
        {t('跳到内容', 'Skip to content')}
      </a>
      {isNarrow ? (
        <Drawer
          placement="left"
          size={264}
          open={isMenuOpen}
          onClose={() => setMenuOpen(false)}
          styles={{ body: { padding: 0 } }}
          title={<Logo />}
        >
          <Navigation me={me} />
        </Drawer>
      ) : (
        <aside className="by-side by-no-print">
          <Logo />
          <Navigation me={me} />
        </aside>
      )}
      <header className="by-top by-no-print">
        {isNarrow && (
          <Button type="text" icon={<MenuOutlined />} onClick={() => setMenuOpen(true)} aria-label={t('菜单', 'Menu')} />
        )}
        <BrandSwitch />
        <button
          type="button"
          className="by-find"
          onClick={() => setPaletteOpen(true)}
          aria-label={t('搜索客户、人群、活码、页面', 'Find people, segments, codes, pages')}
        >
          <SearchOutlined />
          <span className="by-clip by-grow">
            {isNarrow ? t('搜索', 'Search') : t('搜索客户、人群、活码、页面', 'Find people, segments, codes, pages')}
          </span>
          <span className="by-kbd by-hide-narrow">Ctrl K</span>
        </button>
        <span className="by-grow" />
        {isDemo(me) && (
          <Pill tone="warn" isDotted={false}>
            {t('演示数据', isNarrow ? 'Sample' : 'Sample data')}
          </Pill>
        )}
        <RunningWork />
        <Alerts />
        <WhoAmI />
      </header>
      <main className="by-main" id="main" tabIndex={-1}>
        <PageGuard key={pathname}>
          <Suspense fallback={<Skeleton active style={{ padding: 24, maxWidth: 900 }} />}>
            <Outlet />
          </Suspense>
        </PageGuard>
      </main>
      <Palette isOpen={isPaletteOpen} onClose={() => setPaletteOpen(false)} />
    </div>
  )
}

/** Every page that may show made-up people says so. */
const isDemo = (me: Me) => me.brands.some(brand => brand.isDemo)

function Logo() {
  return (
    <Link className="by-logo" to="/admin">
      <img src={`${import.meta.env.BASE_URL}banyan.svg`} alt="" /> {t('榕树', 'Banyan')} <small>{t('Banyan SCRM', 'SCRM')}</small>
    </Link>
  )
}

function Navigation({ me }: { me: Me }) {
  const { pathname } = useLocation()
  const here = groupOf(pathname)
  const [openKeys, setOpenKeys] = useState<string[]>(here ? [here.group.key] : [])
  const hereKey = here?.group.key
  useEffect(() => {
    if (hereKey) setOpenKeys(keys => (keys.includes(hereKey) ? keys : [...keys, hereKey]))
  }, [hereKey])

  const items = navGroups().flatMap((group): NonNullable<MenuProps['items']> => {
    const pages = group.pages.filter(page => allows(me.permissions, page.needs))
    if (pages.length === 0) return []
    const [only] = pages
    if (pages.length === 1 && only)
      return [{ key: only.path, icon: group.icon, label: <Link to={only.path}>{group.label}</Link> }]
    return [
      {
        key: group.key,
        icon: group.icon,
        label: group.label,
        children: pages.map(page => ({ key: page.path, label: <Link to={page.path}>{page.label}</Link> })),
      },
    ]
  })
  return (
    <nav className="by-nav" aria-label={t('主导航', 'Main')}>
      <Menu
        mode="inline"
        items={items}
        selectedKeys={here ? [here.page.path] : []}
        openKeys={openKeys}
        onOpenChange={setOpenKeys}
        inlineIndent={16}
      />
    </nav>
  )
}
