/** The few signs that a cover needs, as strokes of a pen in a box 100 high: no font has to be installed where the server runs. */
export type Point = readonly [x: number, y: number]
export type Sign = { width: number; strokes: Point[][] }

const STEPS = 20

/** Part of an ellipse, from one angle to another in degrees; 0 is to the right, 90 is down. */
function arc(x: number, y: number, rx: number, ry: number, from: number, to: number): Point[] {
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / STEPS) * Math.PI) / 180
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)]
  })
}

export const signs: Record<string, Sign> = {
  '0': { width: 60, strokes: [arc(30, 50, 23, 44, 0, 360)] },
  '1': {
    width: 42,
    strokes: [
      [
        [8, 22],
        [26, 6],
        [26, 94],
      ],
    ],
  },
  '2': {
    width: 58,
    strokes: [[...arc(29, 30, 22, 24, 190, 385), [8, 94], [52, 94]]],
  },
  '3': { width: 58, strokes: [arc(28, 28, 20, 22, 200, 450), arc(28, 71, 22, 23, 270, 520)] },
  '4': {
    width: 62,
    strokes: [
      [
        [44, 94],
        [44, 6],
        [7, 68],
        [58, 68],
      ],
    ],
  },
  '5': { width: 58, strokes: [[[48, 6], [15, 6], [11, 45], ...arc(28, 65, 23, 29, 222, 505)]] },
  '6': {
    width: 60,
    strokes: [
      arc(30, 66, 23, 28, 0, 360),
      [
        [43, 6],
        [20, 32],
        [8, 60],
      ],
    ],
  },
  '7': {
    width: 56,
    strokes: [
      [
        [6, 6],
        [50, 6],
        [22, 94],
      ],
    ],
  },
  '8': { width: 60, strokes: [arc(30, 27, 19, 21, 0, 360), arc(30, 71, 23, 23, 0, 360)] },
  '9': {
    width: 60,
    strokes: [
      arc(30, 34, 23, 28, 0, 360),
      [
        [52, 40],
        [40, 68],
        [17, 94],
      ],
    ],
  },
  '.': {
    width: 22,
    strokes: [
      [
        [11, 92],
        [11, 93],
      ],
    ],
  },
  '¥': {
    width: 64,
    strokes: [
      [
        [8, 10],
        [32, 48],
        [56, 10],
      ],
      [
        [32, 48],
        [32, 94],
      ],
      [
        [12, 54],
        [52, 54],
      ],
      [
        [12, 72],
        [52, 72],
      ],
    ],
  },
  折: {
    width: 108,
    strokes: [
      [
        [4, 28],
        [42, 28],
      ],
      [
        [24, 6],
        [24, 90],
        [12, 84],
      ],
      [
        [4, 64],
        [43, 48],
      ],
      [
        [96, 8],
        [66, 16],
        [66, 52],
        [54, 94],
      ],
      [
        [66, 44],
        [106, 44],
      ],
      [
        [88, 44],
        [88, 96],
      ],
    ],
  },
  /** A present with its bow: for what no number says. */
  gift: {
    width: 104,
    strokes: [
      [
        [4, 34],
        [100, 34],
        [100, 52],
        [4, 52],
        [4, 34],
      ],
      [
        [12, 52],
        [12, 96],
        [92, 96],
        [92, 52],
      ],
      [
        [52, 34],
        [52, 96],
      ],
      [[52, 34], ...arc(36, 19, 15, 14, 60, 330), [52, 34]],
      [[52, 34], ...arc(68, 19, 15, 14, 120, -150), [52, 34]],
    ],
  },
}
