"""Page objects of the inmate lookup: each brings its page to rest and hands over HTML for a
parser."""
