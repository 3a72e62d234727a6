/** Welcome messages and the media they carry: contract C5 and C20. */
import { corpChatKey, putMessage } from '../chats.ts'
import { randomText } from '../crypto.ts'
import { type Call, imageAnswer, type RouteTable } from '../origin.ts'
import { nowSeconds, PlatformError, type Simulator } from '../simulator.ts'
import type { ChatMessage, Corp } from '../world.ts'
import { byteLength, jsonBody, ok, text, withCorp } from './envelope.ts'

const WITHIN_MS = 20_000
const ATTACHMENTS_MAX = 9
const MEDIA_LIFETIME_MS = 3 * 86_400_000
const mediaBytesMax: Record<string, number> = { image: 10 << 20, voice: 2 << 20, video: 10 << 20, file: 20 << 20 }

type Attachment = { msgtype?: unknown; image?: Part; link?: Part; miniprogram?: Part; video?: Part; file?: Part }
type Part = Record<string, unknown>

function send(call: Call, corp: Corp) {
  const { sim } = call
  const body = jsonBody(call)
  const words = text((body.text as Part | undefined)?.content)
  const attachments = (Array.isArray(body.attachments) ? body.attachments : []) as Attachment[]
  if (!words && attachments.length === 0) throw new PlatformError(40063, 'empty argument: text and attachments')
  if (byteLength(words) > 4000) throw new PlatformError(40058, 'invalid argument: text.content')
  if (attachments.length > ATTACHMENTS_MAX) throw new PlatformError(41064, 'attachments out of limit')
  const messages = attachments.map(attachment => attachmentMessage(sim, corp, attachment)) // checked before the code is used up

  const code = corp.welcomeCodes.get(text(body.welcome_code))
  if (!code || sim.now() - code.issuedAtMs > WITHIN_MS) throw new PlatformError(41050, 'invalid or expired welcome code')
  if (code.isUsed) throw new PlatformError(41051, 'welcome message has been delivered')
  code.isUsed = true
  const user = sim.directory.userByExternal(corp.corpId, code.externalUserid)
  if (user) {
    const key = corpChatKey(corp.corpId, code.userid)
    if (words) putMessage(sim, user.id, key, { side: 'in', kind: 'text', text: words })
    for (const message of messages) putMessage(sim, user.id, key, message)
  }
  call.decoded = `添加后 ${((sim.now() - code.issuedAtMs) / 1000).toFixed(2)} 秒发出 (上限 20 秒)`
  sim.changed()
  return ok
}

function attachmentMessage(sim: Simulator, corp: Corp, attachment: Attachment): Omit<ChatMessage, 'id' | 'atMs'> {
  const kind = text(attachment.msgtype)
  const part = ((attachment as Record<string, unknown>)[kind] ?? {}) as Part
  if (kind === 'image') {
    const picUrl = part.media_id ? mediaUrl(sim, corp, text(part.media_id)) : text(part.pic_url)
    if (!picUrl) throw new PlatformError(40063, 'empty argument: image')
    return { side: 'in', kind: 'image', picUrl }
  }
  if (kind === 'link') {
    if (!part.title || !part.url) throw new PlatformError(40063, 'empty argument: link')
    if (byteLength(text(part.title)) > 128 || byteLength(text(part.desc)) > 512)
      throw new PlatformError(40058, 'invalid argument: link')
    return {
      side: 'in',
      kind: 'link',
      title: text(part.title),
      text: text(part.desc),
      url: text(part.url),
      picUrl: text(part.picurl),
    }
  }
  if (kind === 'miniprogram') {
    if (!part.title || !part.appid || !part.page || !part.pic_media_id)
      throw new PlatformError(40063, 'empty argument: miniprogram')
    if (byteLength(text(part.title)) > 64) throw new PlatformError(40058, 'invalid argument: miniprogram.title')
    return {
      side: 'in',
      kind: 'miniProgram',
      title: text(part.title),
      appId: text(part.appid),
      page: text(part.page),
      picUrl: mediaUrl(sim, corp, text(part.pic_media_id)),
    }
  }
  if (kind === 'video' || kind === 'file') {
    mediaUrl(sim, corp, text(part.media_id))
    return { side: 'in', kind: 'file', title: corp.media.get(text(part.media_id))?.name ?? '文件' }
  }
  throw new PlatformError(40058, 'invalid argument: attachments.msgtype')
}

function mediaUrl(sim: Simulator, corp: Corp, mediaId: string): string {
  const media = corp.media.get(mediaId)
  if (!media || media.expiresAtMs < sim.now()) throw new PlatformError(40007, 'invalid media_id')
  return `${sim.urls.wecom}/wwmedia/${mediaId}`
}

/** The first file of a multipart body, or 41005. */
function firstFile(call: Call): { name: string; contentType: string; bytes: Buffer } {
  const boundary = /boundary="?([^";]+)"?/.exec(call.headers['content-type'] ?? '')?.[1]
  if (!boundary) throw new PlatformError(41005, 'media data missing')
  const opening = call.rawBody.indexOf(`--${boundary}`)
  const headEnd = call.rawBody.indexOf('\r\n\r\n', opening)
  const end = call.rawBody.indexOf(`\r\n--${boundary}`, headEnd)
  if (opening < 0 || headEnd < 0 || end < 0) throw new PlatformError(41005, 'media data missing')
  const head = call.rawBody.toString('utf8', opening, headEnd)
  const name = /filename="([^"]*)"/.exec(head)?.[1]
  const field = /name="([^"]*)"/.exec(head)?.[1]
  if (field !== 'media' || !name) throw new PlatformError(41005, 'media data missing')
  return {
    name,
    contentType: /content-type:\s*([^\r\n]+)/i.exec(head)?.[1] ?? 'application/octet-stream',
    bytes: call.rawBody.subarray(headEnd + 4, end),
  }
}

function upload(call: Call, corp: Corp) {
  const { sim } = call
  const type = call.query.get('type') ?? ''
  const bytesMax = mediaBytesMax[type]
  if (!bytesMax) throw new PlatformError(40004, 'invalid media type')
  const file = firstFile(call)
  if (file.bytes.length < 5) throw new PlatformError(40006, 'invalid media size')
  if (file.bytes.length > bytesMax) throw new PlatformError(40006, 'invalid media size')
  for (const [id, media] of corp.media) if (media.expiresAtMs < sim.now()) corp.media.delete(id)
  const mediaId = `3${randomText(63)}`
  corp.media.set(mediaId, {
    type,
    name: file.name,
    contentType: file.contentType,
    base64: file.bytes.toString('base64'),
    expiresAtMs: sim.now() + MEDIA_LIFETIME_MS,
  })
  sim.changed()
  return { ...ok, type, media_id: mediaId, created_at: String(nowSeconds(sim)) }
}

function uploadPicture(call: Call, corp: Corp) {
  const file = firstFile(call)
  if (file.bytes.length > (mediaBytesMax.image ?? 0)) throw new PlatformError(40006, 'invalid media size')
  const mediaId = `p${randomText(63)}`
  corp.media.set(mediaId, {
    type: 'image',
    name: file.name,
    contentType: file.contentType,
    base64: file.bytes.toString('base64'),
    expiresAtMs: Number.MAX_SAFE_INTEGER,
  })
  call.sim.changed()
  return { ...ok, url: mediaUrl(call.sim, corp, mediaId) }
}

/** An uploaded picture of any corp; null for what browsers should not be given as a picture. */
export function pictureOf(sim: Simulator, mediaId: string): { contentType: string; bytes: Buffer } | null {
  for (const corp of sim.world.corps.values()) {
    const media = corp.media.get(mediaId)
    if (media?.type === 'image' && /^image\/(png|jpe?g|gif)$/.test(media.contentType))
      return { contentType: media.contentType, bytes: Buffer.from(media.base64, 'base64') }
  }
  return null
}

function showMedia({ sim, params }: Call) {
  const picture = pictureOf(sim, params.mediaId ?? '')
  return picture ? imageAnswer(picture.bytes, picture.contentType) : { status: 404, contentType: 'text/html', body: 'not found' }
}

export const welcomeRoutes: RouteTable = {
  'POST /cgi-bin/externalcontact/send_welcome_msg': withCorp({ right: 'customers' }, send),
  'POST /cgi-bin/media/upload': withCorp({ right: 'any' }, upload),
  'POST /cgi-bin/media/uploadimg': withCorp({ right: 'any' }, uploadPicture),
  'GET /wwmedia/{mediaId}': showMedia,
}
