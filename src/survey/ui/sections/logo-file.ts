import { LOGO_LIMIT, LOGO_PATTERN } from '@/survey/model/definition'

/** Longest edge in px, the best first; the page shows it at most 48 px high, screens have up to three dots a px. */
const EDGES = [288, 192, 144, 96, 72, 48]
const FORMATS: readonly [type: string, quality?: number][] = [['image/png'], ['image/webp', 0.9], ['image/webp', 0.7]]
/** Has no transparency: the last resort, on white. */
const OPAQUE: readonly [type: string, quality?: number][] = [['image/jpeg', 0.85], ['image/jpeg', 0.6]]

export type LogoFailure = 'unreadable' | 'cannotFit'

/**
 * A picture file as a data address that the definition can carry (`LOGO_LIMIT`), made smaller by the browser until it fits.
 * A vector picture that fits stays as it is.
 * @param encode puts the picture on a canvas of this longest edge; null when the file is no picture that the browser can read
 */
export async function logoFrom(file: File, encode: Encoder | null): Promise<{ logo: string } | { failure: LogoFailure }> {
  const asIs = file.size <= LOGO_LIMIT ? await dataAddress(file) : ''
  if (file.type === 'image/svg+xml' && fits(asIs)) return { logo: asIs }
  if (!encode) return { failure: 'unreadable' }
  for (const formats of [FORMATS, OPAQUE]) {
    for (const edge of EDGES) {
      for (const [type, quality] of formats) {
        const address = encode(edge, type, quality)
        // a browser that does not know the type gives a PNG
        if (address.startsWith(`data:${type};`) && fits(address)) return { logo: address }
      }
    }
  }
  return { failure: 'cannotFit' }
}

/** Draws the picture, no larger than it is, with this longest edge, and encodes it. */
export type Encoder = (edge: number, type: string, quality?: number) => string

/** Reads a picture; null when the browser cannot. */
export async function encoderOf(file: File): Promise<Encoder | null> {
  const address = URL.createObjectURL(file)
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    // a vector picture without a size of its own says 0
    const { naturalWidth: width = 0, naturalHeight: height = 0 } = image
    const [w, h] = width && height ? [width, height] : [288, 288]
    return (edge, type, quality) => {
      const scale = file.type === 'image/svg+xml' ? edge / Math.max(w, h) : Math.min(1, edge / Math.max(w, h))
      const canvas = Object.assign(document.createElement('canvas'), { width: Math.max(1, Math.round(w * scale)), height: Math.max(1, Math.round(h * scale)) })
      const paper = canvas.getContext('2d')
      if (!paper) return ''
      if (type === 'image/jpeg') {
        paper.fillStyle = '#fff'
        paper.fillRect(0, 0, canvas.width, canvas.height)
      }
      paper.imageSmoothingQuality = 'high'
      paper.drawImage(image, 0, 0, canvas.width, canvas.height)
      return canvas.toDataURL(type, quality)
    }
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  } finally {
    // the picture is decoded, its address is no longer needed
    URL.revokeObjectURL(address)
  }
}

function fits(address: string): boolean {
  return address.length <= LOGO_LIMIT && LOGO_PATTERN.test(address)
}

async function dataAddress(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  return `data:${file.type};base64,${btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))}`
}
