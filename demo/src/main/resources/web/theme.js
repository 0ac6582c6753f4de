// Light or dark: as the system has it, until somebody chooses.
const KEY = 'capstan-theme';

function choose(theme) {
  document.documentElement.dataset.theme = theme;
}

const chosen = localStorage.getItem(KEY);
if (chosen) {
  choose(chosen);
}

document.getElementById('theme')?.addEventListener('click', () => {
  const dark = getComputedStyle(document.documentElement).getPropertyValue('--is-dark').trim() === '1';
  const theme = dark ? 'light' : 'dark';
  localStorage.setItem(KEY, theme);
  choose(theme);
});
