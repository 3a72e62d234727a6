import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nodesOf, parseXml, textOf } from './xml.ts'

test('ids of 64 bits and leading zeros stay as they were written', () => {
  const node = parseXml(
    '<xml><MsgId>4561255354251345929</MsgId><UserID>007</UserID><State><![CDATA[a<b&c]]></State><Empty/></xml>',
  )!
  expect(textOf(node, 'MsgId')).toBe('4561255354251345929')
  expect(textOf(node, 'UserID')).toBe('007')
  expect(textOf(node, 'State')).toBe('a<b&c')
  expect(textOf(node, 'Empty')).toBe('')
  expect(textOf(node, 'Absent')).toBe('')
})

test('the five entities of XML are opened', () => {
  expect(textOf(parseXml('<xml><Name>A &amp; B &lt;C&gt;</Name></xml>')!, 'Name')).toBe('A & B <C>')
})

test('a single item and a list are both a list', () => {
  expect(nodesOf(parseXml('<xml><List><A>1</A></List></xml>')!, 'List')).toHaveLength(1)
  expect(nodesOf(parseXml('<xml><List><A>1</A></List><List><A>2</A></List></xml>')!, 'List')).toHaveLength(2)
})

test('what a platform may write around its fields changes nothing', () => {
  const text =
    '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- c --><xml version="1>0">\n <A b="1" c=\'>\'> x </A>\n <B/><C ></C ></xml>\n'
  expect(parseXml(text)).toEqual({ A: 'x', B: '', C: '' })
})

test('blanks inside CDATA stay, and what follows it is joined', () => {
  expect(textOf(parseXml('<xml><A><![CDATA[ a ]]]]><![CDATA[> b]]></A></xml>')!, 'A')).toBe(' a ]]> b')
  expect(textOf(parseXml('<xml><A>&#65;&#x4e2d;</A></xml>')!, 'A')).toBe('A中')
})

const written = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, text]) => `<${name}><![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`)
    .join('')

test('any fields that are written are read', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,11}$/).filter(one => one !== '__proto__')
  const flat = fc.dictionary(
    name,
    fc.string({ unit: 'binary' }).filter(text => text !== ''),
    { minKeys: 1, maxKeys: 6 },
  )
  fc.assert(
    fc.property(flat, flat, (fields, inner) => {
      const node = parseXml(`<xml>${written(fields)}<inner_>${written(inner)}</inner_></xml>`)
      expect(node).toEqual({ ...fields, inner_: inner })
    }),
  )
})

test.each([
  ['empty', ''],
  ['text', 'hello'],
  ['json', '{"a":1}'],
  ['cut off', '<xml><ToUserName>a</ToUserName>'],
  ['other root', '<html></html>'],
  ['entity bomb', '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><A>&b;</A></xml>'],
  ['a plain value', '<xml>1</xml>'],
  ['two roots', '<xml><A>1</A></xml><xml><A>2</A></xml>'],
  ['words after the end', '<xml><A>1</A></xml> x'],
  ['tags crossed', '<xml><A><B></A></B></xml>'],
  ['a longer end tag', '<xml><A>1</AB></xml>'],
  ['a bare &', '<xml><A>a & b</A></xml>'],
  ['an unquoted attribute', '<xml><A b=1>1</A></xml>'],
  ['CDATA cut off', '<xml><A><![CDATA[1</A></xml>'],
  ['the prototype', '<xml><__proto__><a>1</a></__proto__></xml>'],
  ['too deep', `<xml>${'<a>'.repeat(200)}${'</a>'.repeat(200)}</xml>`],
  ['very many opened tags', '<a'.repeat(100_000)],
])('%s is not a callback', (_, text) => expect(parseXml(text)).toBeNull())
