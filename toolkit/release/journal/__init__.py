"""The journal of deploy jobs: written before the request that starts one, so that none is lost or sent twice."""
