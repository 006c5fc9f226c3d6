// Before the first paint, so that a dark screen does not flash white at night. A file of its own: no inline script is allowed.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('steward-scheme')
  } catch {
    // Storage can be switched off; the system's choice then holds.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light'
  document.documentElement.style.backgroundColor = dark ? '#0e1114' : '#f6f7f8'
})()
