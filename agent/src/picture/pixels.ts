/** A picture file as pixels of one size, by libvips. Only the child process loads this: it takes 50 MB. */
import sharp from 'sharp'

export const width = 640
export const height = 360

/** What claims to be larger is an attack, or a fault of the device. */
const maxPixels = 60_000_000

// One picture at a time, nothing kept: what waits costs less than what lies about.
sharp.concurrency(1)
sharp.cache(false)

/** What cameras send; the other readers of libvips (SVG, PDF, TIFF …) are nothing to offer to strangers. */
export function readPhotographsOnly(): void {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] })
}

/** Red, green, blue of each pixel, row by row. Throws where it is no picture. */
export async function pixelsOf(file: Buffer): Promise<Uint8Array> {
  return sharp(file, { failOn: 'error', limitInputPixels: maxPixels, animated: false })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer()
}
