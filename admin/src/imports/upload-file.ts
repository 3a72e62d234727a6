import { identityHeaders } from '../api/call.ts'
import { CallError } from '../api/errors.ts'

/** Sends a file as the body itself. XMLHttpRequest, because fetch cannot tell how much has left. */
export function uploadFile(
  kind: string,
  file: File,
  onProgress: (share: number) => void,
): { done: Promise<{ importId: number }>; stop: () => void } {
  const request = new XMLHttpRequest()
  const done = new Promise<{ importId: number }>((resolve, reject) => {
    request.open('POST', `/api/imports.upload?${new URLSearchParams({ kind, fileName: file.name })}`)
    for (const [name, value] of Object.entries(identityHeaders())) request.setRequestHeader(name, value)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = event => event.lengthComputable && onProgress(event.loaded / event.total)
    request.onload = () => {
      const body = parsed(request.responseText)
      if (request.status < 300 && body?.data) resolve(body.data)
      else
        reject(
          new CallError({
            code: body?.error?.code ?? 'server.failed',
            message: body?.error?.message ?? '',
            status: request.status,
            requestId: body?.error?.requestId,
            detail: body?.error?.detail,
          }),
        )
    }
    request.onerror = () => reject(new CallError({ code: 'network.away', message: '', status: 0 }))
    request.onabort = () => reject(new CallError({ code: 'upload.stopped', message: '', status: 0 }))
    request.send(file)
  })
  return { done, stop: () => request.abort() }
}

type Answer = {
  data?: { importId: number }
  error?: { code: string; message: string; requestId: string; detail?: Record<string, unknown> }
}

function parsed(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer
  } catch {
    return null
  }
}
