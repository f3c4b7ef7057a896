// A passkey that was not read says so on the page.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault();
  for (const notice of document.querySelectorAll('[data-passkey-failed]')) notice.hidden = false;
});
