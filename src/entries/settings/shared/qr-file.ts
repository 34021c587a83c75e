import { encode, renderSVG } from 'uqr'

/** Modules around the code that a camera needs. */
const QUIET = 4
/** Wide enough for a printed page, in pixels. */
const WIDE = 1200

/** A QR code to be kept as a file: drawn sharp at any size, or as pixels for programs that take nothing else. */
export async function qrFile(text: string, type: 'svg' | 'png'): Promise<Blob> {
  if (type === 'svg') return new Blob([renderSVG(text, { border: QUIET })], { type: 'image/svg+xml' })
  const { data, size } = encode(text, { border: QUIET })
  const module = Math.ceil(WIDE / size)
  const canvas = Object.assign(document.createElement('canvas'), { width: size * module, height: size * module })
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('this browser draws no canvas')
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.fillStyle = '#000'
  data.forEach((row, y) => row.forEach((isDark, x) => {
    if (isDark) pen.fillRect(x * module, y * module, module, module)
  }))
  return new Promise((resolve, reject) => {
    canvas.toBlob(blob => blob ? resolve(blob) : reject(new Error('the canvas gave no picture')), 'image/png')
  })
}
