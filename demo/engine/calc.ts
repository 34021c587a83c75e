import { randomInt } from 'node:crypto'
import { compareLoosely, flat, isFalsy, Moment, NotServed, single, toInt, toMoment, toNumber, toText } from './values'

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

const STEPS: Record<string, 'year' | 'month' | number> = {
  y: 'year', year: 'year', years: 'year', m: 'month', month: 'month', months: 'month', d: 86_400, day: 86_400, days: 86_400, h: 3600, hour: 3600, hours: 3600,
  i: 60, min: 60, minute: 60, minutes: 60, s: 1, sec: 1, second: 1, seconds: 1
}

/** dateadd: "2d", "1Y2M3D4H5I6S", "-4 days 5 hours"; a minus stands for the whole interval. */
function dateAdd(date: unknown, interval: unknown): unknown {
  const start = toMoment(date)
  if (!start) return null
  const text = toText(interval).trim()
  if (!text) return Math.floor(start.time / 1000)
  const sign = text.startsWith('-') ? -1 : 1
  // years and months are counted on the portal's own calendar
  const shift = Date.parse(`${start.iso().slice(0, 19)}Z`) - Math.floor(start.time / 1000) * 1000
  const local = new Date(start.time + shift)
  let seconds = 0
  for (const [, amount, unit = ''] of text.matchAll(/(\d+)\s*([a-z]+)/gi)) {
    const step = STEPS[unit.toLowerCase()]
    if (step === 'year') local.setUTCFullYear(local.getUTCFullYear() + sign * Number(amount))
    else if (step === 'month') local.setUTCMonth(local.getUTCMonth() + sign * Number(amount))
    else if (step === undefined) throw new NotServed(`dateadd: ${unit}`)
    else seconds += sign * Number(amount) * step
  }
  return new Moment(local.getTime() - shift + seconds * 1000)
}

/** date('d.m.Y H:i', moment) with the letters that are served. */
function formatDate(format: unknown, date: unknown, now: Date): string | null {
  const moment = isFalsy(date) ? new Moment(now.getTime()) : toMoment(date)
  if (!moment) return null
  const [, Y = '', m = '', d = '', H = '', i = '', s = ''] = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(moment.iso()) ?? []
  const parts: Record<string, string> = {
    Y, m, d, H, i, s, y: Y.slice(2), j: String(Number(d)), n: String(Number(m)), G: String(Number(H)), U: String(Math.floor(moment.time / 1000))
  }
  return toText(format).replace(/\\?[a-z]/gi, letter => {
    if (letter.length > 1) return letter.slice(1)
    if (!(letter in parts)) throw new NotServed(`date: ${letter}`)
    return parts[letter] ?? ''
  })
}

type Calculation = (args: unknown[], now: Date) => unknown

/** Half away from zero, as PHP does it. */
function roundTo(value: unknown, places: unknown): number {
  const [number, factor] = [toNumber(single(value)), 10 ** toInt(places)]
  return Math.sign(number) * Math.round((Math.abs(number) + Number.EPSILON) * factor) / factor
}
const characters = (value: unknown): string[] => [...toText(single(value))]

/** The functions of the portal's calculator that are served; an unknown one fails the run. */
const FUNCTIONS: Record<string, Calculation> = {
  true: () => true, false: () => false,
  if: ([test, yes, no]) => isFalsy(test) ? no ?? null : yes ?? null,
  and: args => flat(args).every(one => !isFalsy(one)), or: args => flat(args).some(one => !isFalsy(one)), not: ([one]) => isFalsy(one),
  intval: ([one]) => toInt(one), floatval: ([one]) => toNumber(one),
  round: ([one, places]) => roundTo(one, places),
  min: args => flat(args).reduce((a, b) => compareLoosely(b, a) < 0 ? b : a), max: args => flat(args).reduce((a, b) => compareLoosely(b, a) > 0 ? b : a),
  substr: ([text, from, length]) => {
    const all = characters(text)
    const rest = all.slice(toInt(from))
    return (toInt(length) ? rest.slice(0, toInt(length)) : rest).join('')
  },
  strlen: ([text]) => characters(text).length,
  strtolower: ([text]) => toText(single(text)).toLowerCase(), strtoupper: ([text]) => toText(single(text)).toUpperCase(),
  trim: args => { const all = flat(args).map(one => toText(one).trim()); return all.length > 1 ? all : all[0] ?? '' },
  urlencode: ([text]) => encodeURIComponent(toText(text)).replaceAll('%20', '+')
    .replace(/[!'()*~]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
  randstring: ([length]) => Array.from({ length: toInt(length) }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
  implode: ([glue, pieces]) => flat(pieces ?? []).map(toText).join(toText(glue)),
  explode: ([glue, text]) => isFalsy(glue) ? null : toText(single(text)).split(toText(glue)),
  merge: args => args.flatMap(one => Array.isArray(one) ? one as unknown[] : [one]), firstvalue: args => flat(args)[0] ?? null,
  swirl: args => { const [first, ...rest] = flat(args).filter(one => one !== null); return first === undefined ? [] : [...rest, first] },
  date: ([format, date], now) => formatDate(format, single(date), now), dateadd: ([date, interval]) => dateAdd(single(date), single(interval))
}

const TOKEN = /\s*(?:(?<ref>\{=\s*[a-z0-9_]+\s*:[^}]*\})|(?<number>\d[\d.]*)|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<call>\w+)\s*\(|(?<sign><=|>=|<>|[(),;=<>&+\-*/^%]))\s*/giy

function tokensOf(text: string): { kind: string; text: string }[] {
  const tokens: { kind: string; text: string }[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const groups = TOKEN.exec(text)?.groups
    if (!groups) throw new NotServed(`the expression ${text} cannot be read at "${text.slice(at, at + 20)}"`)
    const [kind = '', found = ''] = Object.entries(groups).find(([, value]) => value !== undefined) ?? []
    tokens.push({ kind, text: found })
  }
  return tokens
}

const LEVELS = [['=', '<', '>', '<=', '>=', '<>'], ['&'], ['+', '-'], ['*', '/'], ['^']]

function combine(sign: string, a: unknown, b: unknown): unknown {
  const [x, y] = [toNumber(single(a)), toNumber(single(b))]
  switch (sign) {
    case '&': return toText(a) + toText(b)
    case '+': return x + y
    case '-': return x - y
    case '*': return x * y
    case '/':
      if (y === 0) throw new NotServed('division by zero')
      return x / y
    case '^': return x ** y
    case '=': return compareLoosely(a, b) === 0
    case '<>': return compareLoosely(a, b) !== 0
    case '<': return compareLoosely(a, b) < 0
    case '>': return compareLoosely(a, b) > 0
    case '<=': return compareLoosely(a, b) <= 0
    default: return compareLoosely(a, b) >= 0
  }
}

/**
 * Works out what stands between {{= and }}.
 * @param look reads a reference such as {=Document:ID}
 * @throws NotServed for what the portal's calculator could not read (it would leave the text as it is) and for unknown functions
 */
export function calculate(text: string, look: (reference: string) => unknown, now: Date): unknown {
  const tokens = tokensOf(text)
  let at = 0
  const is = (...texts: string[]): boolean => tokens[at]?.kind === 'sign' && texts.includes(tokens[at]?.text ?? '')
  const need = (sign: string): void => { if (!is(sign)) throw new NotServed(`the expression ${text} lacks a "${sign}"`); at++ }
  const args = (): unknown[] => {
    const list: unknown[] = []
    while (!is(')')) {
      list.push(level(0))
      if (!is(',', ';')) break
      at++
    }
    need(')')
    return list
  }
  const primary = (): unknown => {
    const token = tokens[at++]
    switch (token?.kind) {
      case 'number': return Number.parseFloat(token.text)
      case 'single': case 'double': return token.text
      case 'ref': return look(token.text)
      case 'call': {
        const run = FUNCTIONS[token.text.toLowerCase()]
        if (!run || !Object.hasOwn(FUNCTIONS, token.text.toLowerCase())) throw new NotServed(`function ${token.text}`)
        return run(args(), now)
      }
      case 'sign':
        if (token.text === '(') {
          const value = level(0)
          need(')')
          return value
        }
        if (token.text === '-' || token.text === '+') return (token.text === '-' ? -1 : 1) * toNumber(single(primary()))
    }
    throw new NotServed(`the expression ${text} cannot be read`)
  }
  const postfix = (): unknown => {
    let value = primary()
    for (; is('%'); at++) value = toNumber(single(value)) / 100
    return value
  }
  const level = (depth: number): unknown => {
    const signs = LEVELS[depth]
    if (!signs) return postfix()
    let value = level(depth + 1)
    while (is(...signs)) {
      const sign = tokens[at++]?.text ?? ''
      value = combine(sign, value, level(depth + 1))
    }
    return value
  }
  const value = level(0)
  if (at < tokens.length) throw new NotServed(`the expression ${text} goes on after its end`)
  return value
}
