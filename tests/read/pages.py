"""Small pages in the shapes that real sites have; every name and sentence in them is made up."""

from __future__ import annotations

PARAGRAPHS = (
    "Cameras have begun to turn on the second season of Harbour Lights, the network's drama about a family of pilots. "
    "The shoot is based in Halifax and will go on until October, according to its showrunner, Ada Quill.",
    "“We have been waiting for this since the finale,” Quill said, adding that the whole cast is back. The first season "
    "was seen by five million people, the best start of a drama in three years, and it was renewed within a week.",
    "The ten new episodes should arrive in early 2019. No exact date has been set, but the slot after the big game has "
    "been pencilled in, and a trailer is expected at the upfronts in May.",
    "Harbour Lights is made by Tidal Pictures. Its sister show, Lantern Bay, has been cancelled after two seasons.",
)
BODY = "\n".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
HEADLINE = "Harbour Lights begins filming its second season"

NEWS = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{HEADLINE} | The Daily Example</title>
<link rel="canonical" href="https://www.example.com/tv/harbour-lights-season-2-filming/">
<meta property="og:site_name" content="The Daily Example">
<meta property="og:title" content="{HEADLINE}">
<meta property="article:published_time" content="2018-06-06T21:30:00-07:00">
<script type="application/ld+json">
{{"@context": "https://schema.org", "@graph": [
 {{"@type": "WebPage", "name": "x"}},
 {{"@type": "NewsArticle", "headline": "{HEADLINE}", "datePublished": "2018-06-06T21:30:00-07:00",
   "author": {{"@type": "Person", "name": "Rosa Penn"}}, "publisher": {{"@type": "Organization", "name": "The Daily Example"}}}}
]}}</script>
<style>p {{ color: red }}</style></head>
<body><div id="cookie-banner" class="cookie-consent"><p>We use cookies to improve your visit. Accept all cookies to go on,
or manage them in the settings at any time, which you will find below.</p><button>Accept</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/tv">TV</a></li><li><a href="/film">Film</a></li></ul></nav></header>
<main><article class="post"><h1>{HEADLINE}</h1>
<div class="byline">By Rosa Penn</div><time datetime="2018-06-06T21:30:00-07:00">June 6, 2018</time>
<ul class="share"><li><a href="#">Facebook</a></li><li><a href="#">Twitter</a></li></ul>
<figure><img src="a.jpg"><figcaption>Ada Quill on the set. Photo: Jo Lens/Getty Images</figcaption></figure>
<div class="entry-content">
<p>{PARAGRAPHS[0]}</p>
<p><strong>RELATED: <a href="/x">Lantern Bay renewed for a third season, filming starts in July</a></strong></p>
<p>{PARAGRAPHS[1]}</p>
<div class="newsletter-box"><h3>Newsletter</h3><p>Sign up for our daily newsletter and get the news in your inbox.</p></div>
<p>{PARAGRAPHS[2]}</p>
<p>{PARAGRAPHS[3]}</p>
<p>Sources: Tidal Pictures, The Harbour Herald</p>
</div></article>
<aside class="sidebar"><h2>Most popular</h2><ul>
<li><a href="/1">Storm Front has wrapped filming of its final season in Prague</a></li>
<li><a href="/2">Night Train is cancelled by its network after one season</a></li></ul></aside>
<section id="comments" class="comments"><h2>Comments (2)</h2><p>Marlow: Season three starts filming next week, I was there and
saw the trucks, believe me, everyone in town knows about it and is happy.</p></section></main>
<footer><p>© 2018 The Daily Example. All rights reserved. Privacy Policy</p></footer></body></html>"""

BLOG = f"""<html><head><title>{HEADLINE} - Screen Corner</title></head><body>
<div id="wrapper"><div id="content"><div class="hentry"><h2 class="entry-title"><a href="/p">{HEADLINE}</a></h2>
<span class="posted-on">Posted on 7 June 2018 by Marla</span>
{PARAGRAPHS[0]}<br><br>{PARAGRAPHS[1]}<br /><br />{PARAGRAPHS[2]}<br><br>
<p>Filed under: Drama, Television</p></div></div>
<div id="sidebar"><h3>Recent posts</h3><a href="/1">One thing and another that we saw</a></div></div></body></html>"""

TABLE = """<html><head><meta property="og:site_name" content="Slate Watch"><title>Renewed and cancelled 2018</title></head><body>
<article><h1>Renewed and cancelled 2018</h1><p>Here is where every drama of the network stands on the morning of the upfronts,
with the seasons that each of them has run and what the network has decided so far, as told by its press office.</p>
<table><tr><th>Show</th><th>Seasons</th><th>Status</th></tr>
<tr><td>Harbour Lights</td><td>2</td><td>Renewed for season 3</td></tr>
<tr><td>Lantern Bay</td><td>2</td><td>Cancelled</td></tr></table>
<p>The list will be kept up to date until the last decision has been made, which the network promises for the end of May.</p>
</article></body></html>"""
