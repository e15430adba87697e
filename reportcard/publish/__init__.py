"""A published site that is its own API: dated releases of guarded numbers, plain files.

``release``: the files of one release, as bytes; ``site``: what stands above the releases (index,
feed, changes); ``store``: writing, correcting, withdrawing, verifying. docs/publishing.md."""
