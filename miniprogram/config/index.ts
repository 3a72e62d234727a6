import { dirname } from 'node:path'
import { defineConfig } from '@tarojs/cli'

// One source, two builds: dist/weapp for WeChat and dist/h5, which the server hands out under /m/.
// Sizes are written in logical pixels and stay so (no rpx, no rem): the layout is fluid, not scaled,
// so a 44 px target is 44 px on every phone and in the 360 px sidebar.
const env = process.env.TARO_ENV ?? 'h5'
// npm may keep this plugin inside the workspace, where the runtime hoisted to the root does not look.
const reactPlugin = dirname(require.resolve('@tarojs/plugin-framework-react/package.json', { paths: [process.cwd()] }))
const keepPixels = { pxtransform: { enable: false }, cssModules: { enable: false } }

export default defineConfig<'webpack5'>({
  projectName: 'banyan',
  date: '2026-11-01',
  designWidth: 375,
  deviceRatio: { 375: 1, 750: 0.5 },
  sourceRoot: 'src',
  // A build goes beside the one that is being served, and takes its place when it is whole (scripts/lib/faces.mjs).
  outputRoot: process.env.FACE_OUT ?? `dist/${env}`,
  framework: 'react',
  compiler: { type: 'webpack5', prebundle: { enable: false } },
  cache: { enable: false },
  defineConstants: {
    // A mini-program has no origin of its own: the server's address is built in. H5 asks its own origin.
    API_ORIGIN: JSON.stringify(process.env.PUBLIC_URL ?? ''),
  },
  alias: { '@tarojs/plugin-framework-react': reactPlugin },
  copy: {
    patterns: env === 'weapp' ? [{ from: 'src/theme.json', to: 'dist/weapp/theme.json' }] : [],
    options: {},
  },
  mini: {
    postcss: keepPixels,
    optimizeMainPackage: { enable: true },
  },
  h5: {
    publicPath: '/m/',
    staticDirectory: 'static',
    router: { mode: 'hash', basename: '' },
    output: { filename: 'js/[name].[contenthash:8].js', chunkFilename: 'js/[name].[contenthash:8].js' },
    miniCssExtractPluginOption: {
      ignoreOrder: true,
      filename: 'css/[name].[contenthash:8].css',
      chunkFilename: 'css/[name].[contenthash:8].css',
    },
    // What several pages share is loaded once, not packed into each page again.
    webpackChain(chain) {
      chain.optimization.splitChunks({
        chunks: 'all',
        cacheGroups: { common: { name: 'common', minChunks: 2, reuseExistingChunk: true } },
      })
      chain.performance.hints(false)
    },
    postcss: { ...keepPixels, autoprefixer: { enable: true } },
  },
})
