"""The page: Starlette and Jinja2, plain forms that work without a script, and 90 lines of script that keep the figures live.

Why not NiceGUI: it keeps a view of each visitor in the server and needs a socket that stays, which a phone on a poor line
does not have; it brings 60 MB, and its forms have no address that a test (or a blind person's reader) can send to. Starlette
with uvicorn, Jinja2 and their parts is 4 MB, every answer is a page that a test reads, and live figures come by
server-sent events, which a browser takes up again by itself.
"""
