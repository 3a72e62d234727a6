// Consumer pages build into both; the staff sidebar runs in WeCom's browser only and never enters the mini-program.
const isWeapp = process.env.TARO_ENV === 'weapp'

const sidebar = { root: 'sidebar', pages: ['index', 'find', 'order', 'redeem', 'board'] }

export default defineAppConfig({
  // The first page is where the app opens without a path. A scanned code names its own page (join).
  pages: ['pages/home/index', 'pages/join/index', 'pages/centre/index'],
  subPackages: [
    { root: 'pages/coupons', pages: ['index', 'detail'] },
    { root: 'pages/member', pages: ['points', 'tiers', 'profile', 'consent', 'messages'] },
    ...(isWeapp ? [] : [sidebar]),
  ],
  // The pages most opened next are fetched while the first one is read.
  preloadRule: isWeapp ? { 'pages/home/index': { network: 'all', packages: ['pages/coupons', 'pages/member'] } } : undefined,
  lazyCodeLoading: 'requiredComponents',
  darkmode: true,
  themeLocation: 'theme.json',
  __usePrivacyCheck__: true,
  animation: false,
  window: isWeapp
    ? {
        navigationBarTitleText: '会员',
        navigationBarBackgroundColor: '@navBackground',
        navigationBarTextStyle: '@navText',
        backgroundColor: '@ground',
        backgroundTextStyle: 'dark',
      }
    : { navigationBarTitleText: '会员' },
})
