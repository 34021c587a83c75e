import { expect, it } from 'vitest'
import { escapeHtml, textToHtml } from './html'

it.each([
  ['<script>alert("1")</script>', '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'], ['Tom & Jerry\'s', 'Tom &amp; Jerry&#39;s'], ['&amp;', '&amp;amp;']
])('escapeHtml(%j)', (text, expected) => {
  expect(escapeHtml(text)).toBe(expected)
})

it('keeps line breaks in HTML', () => {
  expect(textToHtml('a\n<b>')).toBe('a<br>\n&lt;b&gt;')
})
