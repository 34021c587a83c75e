/* Runs in every frame before its first script; plain script, no build. What is seen in an animation frame is what counts. */
globalThis.watchPage = ({ page, shown, figure, waiting }) => {
  if (!location.pathname.endsWith(page)) return
  const moments = { portal: null, data: null }
  window.benchMoments = moments
  addEventListener('message', ({ source }) => {
    if (source === parent && parent !== window) moments.portal ??= performance.now()
  })
  const look = () => {
    const element = document.querySelector(shown)
    if (element && element.offsetHeight > 0 && (figure ? /\d/ : /\S/).test(element.innerText) && !(waiting && document.querySelector(waiting))) moments.data = performance.now()
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}
