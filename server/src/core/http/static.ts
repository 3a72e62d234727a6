import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { Context } from 'koa'

/** A built face: files under `dir` at `prefix`; unknown paths without a dot answer with `fallback` so that the face routes itself. */
export type StaticSite = { prefix: string; dir: string; fallback: string }

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.map': 'application/json',
}

/** Our own scripts only. Pictures may come from the platforms (avatars); our pages may frame each other (the simulator's phone). */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"

/** Serves the faces. Hashed assets are cached for a year, pages are asked for each time. */
export function serveStatic(sites: readonly StaticSite[]) {
  return async (koa: Context, next: () => Promise<unknown>): Promise<void> => {
    if (koa.method !== 'GET' && koa.method !== 'HEAD') return void (await next())
    const site = sites.find(one => koa.path === one.prefix.replace(/\/$/, '') || koa.path.startsWith(one.prefix))
    if (!site) return void (await next())
    if (site.prefix.endsWith('/') && `${koa.path}/` === site.prefix) return koa.redirect(site.prefix)

    const asked = koa.path.slice(site.prefix.length)
    const file = await fileOf(site.dir, asked)
    if (file) return send(koa, file, /[.-][\w-]{8,}\.\w+$/.test(asked))
    if (extname(asked) !== '' && extname(asked) !== '.html') return void (await next())
    const fallback = await fileOf(site.dir, site.fallback)
    if (!fallback) {
      koa.status = 503
      koa.type = 'text/plain; charset=utf-8'
      koa.body = '页面还没有构建好，请稍后刷新；一直如此请运行 npm run build。This face has not been built yet.'
      return
    }
    send(koa, fallback, false)
  }
}

type Found = { path: string; size: number; modified: Date }

async function fileOf(dir: string, asked: string): Promise<Found | null> {
  let decoded: string
  try {
    decoded = decodeURIComponent(asked)
  } catch {
    return null
  }
  const path = normalize(join(dir, decoded || '/'))
  if (!path.startsWith(normalize(dir) + sep) || decoded.includes('\0')) return null
  const found = await stat(path).catch(() => null)
  return found?.isFile() ? { path, size: found.size, modified: found.mtime } : null
}

function send(koa: Context, file: Found, isHashed: boolean): void {
  koa.set('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  koa.set('Content-Security-Policy', POLICY)
  koa.lastModified = file.modified
  koa.etag = `${file.size.toString(36)}-${file.modified.getTime().toString(36)}`
  koa.status = 200
  if (koa.fresh) {
    koa.status = 304
    return
  }
  koa.body = koa.method === 'HEAD' ? '' : createReadStream(file.path)
  koa.set('Content-Type', types[extname(file.path)] ?? 'application/octet-stream')
  koa.length = file.size
}
