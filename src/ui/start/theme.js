(function (root, dark) {
  function follow () { root.className = dark.matches ? 'dark' : 'light' }
  dark.addEventListener('change', follow)
  follow()
})(document.documentElement, matchMedia('(prefers-color-scheme: dark)'))
