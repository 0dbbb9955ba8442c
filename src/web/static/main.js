// What a page begins with: for now the name of what serves it.
document.getElementById('app').textContent = 'gateslot';
