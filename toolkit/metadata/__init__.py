"""What Salesforce metadata is: types, components, bundles, manifests, formats and XML."""
