// Dash begins: what its own page says in a script inside the page, which the policy would have to allow.
window.renderer = new window.DashRenderer();
