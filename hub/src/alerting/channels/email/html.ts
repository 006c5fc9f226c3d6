import type { AlertMessage } from '../../message/facts.ts'

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (it) => entities[it] ?? it)
}

const styles = {
  body: "font:16px/1.5 system-ui,-apple-system,'PingFang SC','Microsoft YaHei',sans-serif;max-width:40em;margin:0 auto;padding:16px",
  title: 'font-size:20px;line-height:1.3;margin:0 0 16px',
  label: 'padding:4px 16px 4px 0;vertical-align:top;white-space:nowrap;opacity:.7',
  value: 'padding:4px 0;vertical-align:top',
  link: 'display:inline-block;margin-top:24px;padding:12px 24px;border:2px solid;border-radius:8px;font-weight:bold;text-decoration:none',
}

/** The mail as a phone shows it: large title, rows, one link to tap. No picture, no script, nothing fetched. */
export function htmlOf(message: AlertMessage): string {
  const rows = message.rows.map(
    (it) =>
      `<tr><td style="${styles.label}">${escaped(it.label)}</td><td style="${styles.value}">${escaped(it.value)}</td></tr>`,
  )
  const link =
    message.link === null
      ? ''
      : `<a style="${styles.link}" href="${escaped(message.link.url)}">${escaped(message.link.text)}</a>`
  return [
    `<!doctype html><html lang="${message.language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>',
    `<body style="${styles.body}"><h1 style="${styles.title}">${escaped(message.title)}</h1>`,
    `<table style="border-collapse:collapse">${rows.join('')}</table>${link}</body></html>`,
  ].join('\n')
}
