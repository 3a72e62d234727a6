import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const server = process.env.BANYAN_URL ?? 'http://localhost:3000'

/** In development the simulator's page is the same SPA under another address, as the web process serves it in production. */
const simulatorAddress: Plugin = {
  name: 'banyan-simulator-address',
  configureServer(vite) {
    vite.middlewares.use((req, _res, next) => {
      if (req.url === '/simulator' || (req.url?.startsWith('/simulator/') && !req.url.startsWith('/simulator/api/')))
        req.url = '/admin/'
      next()
    })
  },
}

export default defineConfig({
  base: '/admin/',
  plugins: [simulatorAddress, react()],
  server: {
    port: 5173,
    proxy: {
      '/api': server,
      '/simulator/api': server,
      '/m': server,
      '/r': server,
      '/files': server,
      '/sdk': server,
    },
  },
  build: {
    // A build goes beside the one that is being served, and takes its place when it is whole (scripts/lib/faces.mjs).
    outDir: process.env.FACE_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'echarts', test: /node_modules[\\/](echarts|zrender)/ },
            { name: 'react', test: /node_modules[\\/](react|react-dom|react-router|scheduler|@tanstack)[\\/]/ },
          ],
        },
      },
    },
  },
})
