import QRCode from 'qrcode'

/** A QR as SVG text, quiet zone and all; level M survives a scratched screen. */
export function qrSvg(text: string): Promise<string> {
  return QRCode.toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 })
}
