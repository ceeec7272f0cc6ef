/**
 * A remark plugin: $…$ and $$…$$ become HTML and MathML while the site is built, so that equations stand in the page
 * before any script runs. The macros give every quantity its name; figures and equations highlight each other by it.
 */
import katex from 'katex';

/** One macro a quantity: `\xzero` is x₀ in the colour of x₀, and so on. The names are those of src/ui/quantities.ts. */
const quantity = (name, tex) => `\\htmlData{quantity=${name}}{${tex}}`;

const macros = {
  '\\xzero': quantity('x0', 'x_0'),
  '\\xhat': quantity('x0', '\\hat{x}_0'),
  '\\xt': quantity('xt', 'x_t'),
  '\\xs': quantity('xt', 'x_s'),
  '\\xprev': quantity('xt', 'x_{t-1}'),
  '\\xT': quantity('xt', 'x_T'),
  '\\eps': quantity('eps', '\\epsilon'),
  '\\epshat': quantity('eps', '\\hat{\\epsilon}'),
  '\\z': quantity('noise', 'z'),
  '\\tt': quantity('t', 't'),
  '\\betat': quantity('beta', '\\beta_t'),
  '\\abar': quantity('abar', '\\bar\\alpha_t'),
  '\\abars': quantity('abar', '\\bar\\alpha_s'),
  '\\abarprev': quantity('abar', '\\bar\\alpha_{t-1}'),
  '\\snr': quantity('snr', '\\mathrm{SNR}'),
  '\\mut': quantity('mean', '\\tilde\\mu_t'),
  '\\etaq': quantity('eta', '\\eta'),
};

export function renderTex(tex, displayMode) {
  return katex.renderToString(tex, {
    displayMode,
    throwOnError: true,
    strict: 'ignore',
    trust: ({ command }) => command === '\\htmlData',
    macros: { ...macros },
  });
}

/** A wide equation scrolls by itself, so the keyboard must reach it. */
const tabStop = '<!-- svelte-ignore a11y_no_noninteractive_tabindex -->';

/** Punctuation that must not begin a line: it stays with the formula in front of it. */
const closing = /^[.,;:!?)’”]+/;

export function typesetMath() {
  const visit = (node) => {
    if (node.type === 'inlineMath' || node.type === 'math') {
      const html = renderTex(node.value, node.type === 'math');
      const element =
        node.type === 'math'
          ? `${tabStop}<div class="equation" role="group" aria-label="Equation" tabindex="0">{@html ${JSON.stringify(html)}}</div>`
          : `{@html ${JSON.stringify(html)}}`;
      node.type = 'html';
      node.value = element;
    }
    node.children?.forEach(visit);
    node.children?.forEach((child, i) => {
      const following = node.children[i + 1];
      const marks =
        child.type === 'html' && child.value.startsWith('{@html') && following?.type === 'text'
          ? closing.exec(following.value)?.[0]
          : undefined;
      if (!marks) return;
      child.value = `<span class="unbroken">${child.value}${marks}</span>`;
      following.value = following.value.slice(marks.length);
    });
  };
  return visit;
}
