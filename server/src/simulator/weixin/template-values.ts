/** Value rules of subscribe messages by key prefix: developers.weixin.qq.com, subscribeMessage.send. */

const chars = (value: string) => [...value].length
const hasChinese = (value: string) => /\p{Script=Han}/u.test(value)
const DATE = String.raw`(\d{4}[年/-]\d{1,2}[月/-]\d{1,2}日?)`
const CLOCK = String.raw`(\d{1,2}:\d{2}(:\d{2})?)`
const TIME = new RegExp(`^(${DATE}\\s?)?${CLOCK}?(\\s?~\\s?(${DATE}\\s?)?${CLOCK}?)?$`)
const DAY = new RegExp(`^${DATE}(\\s?${CLOCK})?(\\s?~\\s?${DATE}(\\s?${CLOCK})?)?$`)

const rules: Record<string, (value: string) => boolean> = {
  thing: value => chars(value) <= 20,
  number: value => /^-?\d+(\.\d+)?$/.test(value) && value.length <= 32,
  letter: value => /^[A-Za-z]{1,32}$/.test(value),
  symbol: value => chars(value) <= 5,
  character_string: value => chars(value) <= 32 && !hasChinese(value),
  time: value => /\d/.test(value) && TIME.test(value),
  date: value => DAY.test(value),
  amount: value => /^[^\d\s.-]?\d{1,10}(\.\d+)?元?$/.test(value),
  phone_number: value => chars(value) <= 17 && /^[\d+\-() ]+$/.test(value),
  car_number: value => chars(value) <= 8,
  name: value => (hasChinese(value) ? chars(value) <= 10 : chars(value) <= 20),
  phrase: value => chars(value) <= 5 && /^\p{Script=Han}+$/u.test(value),
}

/** True when the platform refuses this value for a key such as `thing1` (47003). Unknown prefixes pass. */
export function wrongValue(key: string, value: string): boolean {
  const rule = rules[key.replace(/\d+$/, '')]
  return value.includes('\n') || (rule !== undefined && !rule(value))
}
