/** The outlines of the marks, in a square of 16: for the page and for the canvas. */
export const shapes = {
  octagon: 'M5.1.9h5.8l4.2 4.2v5.8l-4.2 4.2H5.1L.9 10.9V5.1z',
  octagonBang: 'M8 4.2v4.4M8 11.1v.6',
  triangle: 'M8 1.6 15.2 14a.6.6 0 0 1-.5.9H1.3a.6.6 0 0 1-.5-.9z',
  triangleBang: 'M8 6.4v3.4M8 12.2v.3',
  diamond: 'M8 1.1 14.9 8 8 14.9 1.1 8z',
  check: 'm2.6 8.6 3.6 3.6 7.2-8',
  wrench: 'M14.4 4.3a4 4 0 0 1-5.3 4.9l-4.9 5a1.6 1.6 0 0 1-2.4-2.3l5-4.9a4 4 0 0 1 4.9-5.4L9.3 4l.5 2.2 2.2.5z',
  chevron: 'm5 6.7 3 3 3-3',
} as const
