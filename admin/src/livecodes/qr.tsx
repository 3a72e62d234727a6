import QRCode from 'qrcode'
import { useEffect, useState } from 'react'

type Source = { qrImageUrl: string | null; landingUrl: string; status: string }

/** The platform's own picture when there is one, else our landing address drawn here. */
export function QrThumb({ code, size }: { code: Source; size: number }) {
  const drawn = useQr(code.qrImageUrl ? null : code.landingUrl, size)
  const src = code.qrImageUrl ?? drawn
  const style = {
    width: size,
    height: size,
    borderRadius: 4,
    border: '1px solid var(--by-line)',
    background: '#fff',
    flex: 'none',
    opacity: code.status === 'disabled' ? 0.4 : 1,
  } as const
  return src ? <img src={src} alt="" style={style} loading="lazy" /> : <span style={style} />
}

export function useQr(text: string | null, size: number): string | null {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    let isGone = false
    if (text)
      QRCode.toDataURL(text, { width: size * 2, margin: 1 }).then(
        made => !isGone && setUrl(made),
        () => undefined,
      )
    return () => {
      isGone = true
    }
  }, [text, size])
  return url
}
