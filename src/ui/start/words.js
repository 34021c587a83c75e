(function (words, lang) {
  (words[lang] || words.en || []).forEach(function (file) {
    document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', crossOrigin: '', href: file }))
  })
})(WORDS, new URLSearchParams(location.search).get('LANG'))
