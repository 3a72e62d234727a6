import './theme/base.css'
import './parts/list/list.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import { StrictMode, useMemo } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { queryClient } from './api/hooks.ts'
import { useLocale } from './i18n.ts'
import { router } from './routes.tsx'
import { ModeContext, useModeState } from './theme/mode.ts'
import { antdThemeOf } from './theme/tokens.ts'

function Root() {
  const locale = useLocale()
  const mode = useModeState()
  const theme = useMemo(() => antdThemeOf(mode.mode, locale), [mode.mode, locale])
  dayjs.locale(locale === 'zh' ? 'zh-cn' : 'en')
  return (
    <ModeContext.Provider value={mode}>
      <ConfigProvider theme={theme} locale={locale === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
        <AntApp component={false} message={{ maxCount: 3 }}>
          <QueryClientProvider client={queryClient}>
            {/* A new language mounts everything anew, so that plain `t` is enough everywhere. */}
            <RouterProvider key={locale} router={router} />
          </QueryClientProvider>
        </AntApp>
      </ConfigProvider>
    </ModeContext.Provider>
  )
}

const element = document.getElementById('root')
if (element)
  createRoot(element).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  )
